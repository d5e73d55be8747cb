{{- define "lynse.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "lynse.selectorLabels" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "lynse.shardLabels" -}}
{{ include "lynse.selectorLabels" . }}
app.kubernetes.io/component: shard
{{- end -}}

{{- define "lynse.coordinatorLabels" -}}
{{ include "lynse.selectorLabels" . }}
app.kubernetes.io/component: coordinator
{{- end -}}

{{- define "lynse.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "lynse.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "lynse.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "lynse.secret" -}}
{{- default (printf "%s-keys" (include "lynse.fullname" .)) .Values.auth.existingSecret -}}
{{- end -}}

{{- /* Non-empty where clients, and shard nodes, ask for a key. */ -}}
{{- define "lynse.hasClientKey" -}}{{ if or .Values.auth.existingSecret .Values.auth.clientKey }}yes{{ end }}{{- end -}}
{{- define "lynse.hasShardKey" -}}{{ if or .Values.auth.existingSecret .Values.auth.shardKey }}yes{{ end }}{{- end -}}

{{- /* The port rule of the product: clients and nodes find the gRPC port by it. */ -}}
{{- define "lynse.grpcPort" -}}
{{- $port := int .Values.shard.port -}}
{{- if gt $port 55535 }}{{ sub $port 10000 }}{{ else }}{{ add $port 10000 }}{{ end -}}
{{- end -}}

{{- /* Address of a shard node. Arguments: root, node ("sg0-0"). The name stays when the pod gets another IP. */ -}}
{{- define "lynse.nodeUri" -}}
{{- $full := include "lynse.fullname" .root -}}
http://{{ $full }}-{{ .node }}.{{ $full }}-shards.{{ .root.Release.Namespace }}.svc.{{ .root.Values.clusterDomain }}:{{ .root.Values.shard.port }}
{{- end -}}

{{- /* All shard nodes by name, the first of every group before the second of any, so that the first three lie in as many groups as can be. */ -}}
{{- define "lynse.nodes" -}}
{{- $names := list -}}
{{- range .Values.groups }}{{ $names = append $names .name }}{{ end -}}
{{- if ne (len $names) (len (uniq $names)) }}{{ fail "groups: two groups have one name" }}{{ end -}}
{{- $most := 0 -}}
{{- range .Values.groups }}{{ $most = max $most (int .replicas) }}{{ end -}}
{{- $nodes := list -}}
{{- range $ordinal := until (int (add1 $most)) -}}
{{- range $.Values.groups }}{{ if le $ordinal (int .replicas) }}{{ $nodes = append $nodes (printf "%s-%d" .name $ordinal) }}{{ end }}{{ end -}}
{{- end -}}
{{- $nodes | toJson -}}
{{- end -}}

{{- /* An even number bears no more losses than the odd one below. */ -}}
{{- define "lynse.owners" -}}
{{- $nodes := include "lynse.nodes" . | fromJsonArray -}}
{{- $owners := .Values.cluster.metadataOwners -}}
{{- if not $owners }}{{ $owners = ternary (slice $nodes 0 (min 3 (len $nodes))) (slice $nodes 0 1) (ge (len $nodes) 3) }}{{ end -}}
{{- if eq (mod (len $owners) 2) 0 }}{{ fail "cluster.metadataOwners: name an odd number of nodes" }}{{ end -}}
{{- range $owners -}}
{{- if not (has . $nodes) }}{{ fail (printf "cluster.metadataOwners: there is no node %s; there are %s" . (join ", " $nodes)) }}{{ end -}}
{{- end -}}
{{- $owners | toJson -}}
{{- end -}}

{{- define "lynse.clusterJson" -}}
{{- $groups := list -}}
{{- range .Values.groups -}}
{{- $name := .name -}}
{{- $replicas := list -}}
{{- range $ordinal := untilStep 1 (int (add1 .replicas)) 1 -}}
{{- $replicas = append $replicas (include "lynse.nodeUri" (dict "root" $ "node" (printf "%s-%d" $name $ordinal))) -}}
{{- end -}}
{{- $groups = append $groups (dict "name" $name "primary" (include "lynse.nodeUri" (dict "root" $ "node" (printf "%s-0" $name))) "replicas" $replicas) -}}
{{- end -}}
{{- $owners := list -}}
{{- range include "lynse.owners" . | fromJsonArray }}{{ $owners = append $owners (include "lynse.nodeUri" (dict "root" $ "node" .)) }}{{ end -}}
{{- dict "bucket_count" (int .Values.cluster.bucketCount) "write_mirror_replicas" .Values.cluster.writeMirrorReplicas
  "min_active_members" (int .Values.cluster.minActiveMembers)
  "databases" .Values.cluster.databases "shard_groups" $groups "metadata_owners" $owners | toPrettyJson -}}
{{- end -}}

{{- /* Environment of both services. Arguments: root, service (values of shard or coordinator). */ -}}
{{- define "lynse.settings" -}}
{{- range $name, $value := merge (dict) .service.settings .root.Values.settings }}
- name: {{ $name }}
  value: {{ include "lynse.text" $value }}
{{- end }}
- name: JDK_JAVA_OPTIONS
  {{- /* A pod that comes back has another IP: nobody may remember the old one for long. */}}
  value: {{ printf "-Xmx%s -XX:MaxDirectMemorySize=%s -Dsun.net.inetaddr.ttl=2 -Dsun.net.inetaddr.negative.ttl=1 -Dnetworkaddress.cache.ttl=2 %s"
    .service.heap .service.directMemory .service.javaOptions | trim | quote }}
{{- end -}}

{{- /* Numbers reach templates as floats: 10000000 must not become 1e+07. */ -}}
{{- define "lynse.text" -}}
{{- if kindIs "float64" . }}{{ if eq . (floor .) }}{{ int64 . | toString | quote }}{{ else }}{{ toString . | quote }}{{ end }}
{{- else }}{{ toString . | quote }}{{ end -}}
{{- end -}}

{{- define "lynse.image" -}}
{{ printf "%s:%s" .image.repository (default .root.Chart.AppVersion .image.tag) | quote }}
{{- end -}}

{{- /* Where pods may run. Arguments: root, service, labels (of the pods that keep away from each other). */ -}}
{{- define "lynse.placement" -}}
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
serviceAccountName: {{ include "lynse.serviceAccount" .root }}
automountServiceAccountToken: false
enableServiceLinks: false
terminationGracePeriodSeconds: {{ .service.terminationGracePeriodSeconds }}
securityContext: {{- toYaml .root.Values.podSecurityContext | nindent 2 }}
{{- with .service.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .service.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .service.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- if .service.affinity }}
affinity: {{- toYaml .service.affinity | nindent 2 }}
{{- else if eq .service.antiAffinity "hard" }}
affinity:
  podAntiAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      - topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels: {{- .labels | nindent 12 }}
{{- else if eq .service.antiAffinity "soft" }}
affinity:
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels: {{- .labels | nindent 14 }}
{{- end }}
{{- with .service.spreadOver }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{- $.labels | nindent 8 }}
{{- end }}
{{- end -}}

{{- /* Probes ask a process about itself alone, so a failing peer restarts nobody. Argument: seconds that a start may take. */ -}}
{{- define "lynse.probes" -}}
startupProbe:
  httpGet: {path: /healthz, port: http}
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: {{ max 1 (div (int .) 5) }}
livenessProbe:
  httpGet: {path: /healthz, port: http}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: {path: /readyz, port: http}
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: 2
{{- end -}}
