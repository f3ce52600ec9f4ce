/** Watches every application this process makes. */
export function watchAnswers(): void;
/** What was found since it was last asked, in this process and in those it started. */
export function takeAnswerProblems(): string[];
/** How many answers of this process were held to a document. */
export function answersChecked(): number;
/** Environment of a child process whose answers are to be checked too. */
export function checkedEnvironment(): Record<string, string>;
