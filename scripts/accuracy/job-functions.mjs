// Row of the accuracy table: the function of job titles alone.
import titles, { answers } from './job-titles.mjs';

export default {
  title: 'Job titles, function alone',
  corpus: titles.corpus,
  provider: titles.provider,
  reach: { right: 90 },
  key: titles.key,
  answers,

  /** A field where the label says that there is none is wrong. */
  judge(row, { jobFunction }) {
    if (row.function.split('/').includes(jobFunction)) return 'right';
    return jobFunction === 'unknown' ? 'silent' : 'wrong';
  },
};
