{{- define "ricochet.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- /* Names and instance: two releases in one namespace never select each other's pods. */ -}}
{{- define "ricochet.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "ricochet.labels" -}}
{{ include "ricochet.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "ricochet.image" -}}
{{- with .Values.image -}}
{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ default $.Chart.AppVersion .tag }}{{ end }}
{{- end -}}
{{- end }}

{{- define "ricochet.config" -}}
{{- range $name, $value := .Values.config }}
{{ $name }}: {{ toString $value | quote }}
{{- end }}
MANAGEMENT_PORT: '3001'
NODE_ENV: production
{{- if .Values.services.configMap }}
SERVICES_DIR: /etc/ricochet/services
{{- end }}
{{- end }}

{{- define "ricochet.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  seccompProfile: { type: RuntimeDefault }
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity: {{ toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "ricochet.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{- /* dict: root, role, settings (values of the role), startup (path of its startup probe) */ -}}
{{- define "ricochet.deployment" -}}
{{- $root := .root -}}
{{- $name := printf "%s-%s" (include "ricochet.name" $root) .role -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $name }}
  labels:
    {{- include "ricochet.labels" $root | nindent 4 }}
    app.kubernetes.io/component: {{ .role }}
spec:
  {{- if not .settings.autoscaling.enabled }}
  replicas: {{ .settings.replicas }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "ricochet.selector" $root | nindent 6 }}
      app.kubernetes.io/component: {{ .role }}
  strategy:
    rollingUpdate: { maxUnavailable: 0, maxSurge: 1 }
  template:
    metadata:
      labels:
        {{- with $root.Values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
        {{- include "ricochet.labels" $root | nindent 8 }}
        app.kubernetes.io/component: {{ .role }}
      annotations:
        {{- with $root.Values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
        checksum/config: {{ include "ricochet.config" $root | sha256sum }}
        checksum/secret-version: {{ $root.Values.secretVersion | sha256sum }}
    spec:
      # SHUTDOWN_GRACE_MS, the pause before it, and room to spare.
      terminationGracePeriodSeconds: {{ add (div (int $root.Values.config.SHUTDOWN_GRACE_MS) 1000) 20 }}
      {{- include "ricochet.podSecurity" $root | nindent 6 }}
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              {{- include "ricochet.selector" $root | nindent 14 }}
              app.kubernetes.io/component: {{ .role }}
      containers:
        - name: ricochet
          image: {{ include "ricochet.image" $root }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          env:
            - { name: ROLE, value: {{ .role }} }
          envFrom:
            - configMapRef: { name: {{ include "ricochet.name" $root }} }
            - secretRef: { name: {{ $root.Values.existingSecret }} }
          ports:
            - { name: http, containerPort: 3000 }
            - { name: management, containerPort: 3001 }
          startupProbe:
            httpGet: { path: {{ .startup }}, port: http }
            periodSeconds: 2
            timeoutSeconds: 3
            # Without the Job an api migrates before it opens its port.
            failureThreshold: {{ if or $root.Values.migration.enabled (eq .role "worker") }}90{{ else }}{{ div $root.Values.migration.timeoutSeconds 2 }}{{ end }}
          livenessProbe:
            httpGet: { path: /health/live, port: http }
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 3
          readinessProbe:
            httpGet: { path: /health/ready, port: http }
            periodSeconds: 5
            timeoutSeconds: 5
            failureThreshold: 2
          lifecycle:
            # Endpoints are removed while the pod already stops: it goes on serving until they are.
            preStop:
              exec: { command: [sleep, '5'] }
          resources: {{ toYaml .settings.resources | nindent 12 }}
          securityContext: {{ include "ricochet.containerSecurity" $root | nindent 12 }}
          volumeMounts:
            - { name: tmp, mountPath: /tmp }
            {{- if $root.Values.services.configMap }}
            - { name: services, mountPath: /etc/ricochet/services, readOnly: true }
            {{- end }}
      volumes:
        - { name: tmp, emptyDir: {} }
        {{- if $root.Values.services.configMap }}
        - { name: services, configMap: { name: {{ $root.Values.services.configMap }} } }
        {{- end }}
{{- end }}

{{- /* dict: root, role, settings */ -}}
{{- define "ricochet.budget" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "ricochet.name" .root }}-{{ .role }}
  labels:
    {{- include "ricochet.labels" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .role }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      {{- include "ricochet.selector" .root | nindent 6 }}
      app.kubernetes.io/component: {{ .role }}
{{- end }}
