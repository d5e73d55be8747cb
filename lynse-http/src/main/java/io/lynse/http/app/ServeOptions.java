package io.lynse.http.app;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import picocli.CommandLine.Option;

/**
 * The flags of {@code lynse serve} that both services understand (wire contract, section 3); a picocli mixin. A service adds its
 * own options beside it, with {@link Env} where an environment variable stands in, and starts through {@link ServeCommand#run}.
 * Precedence: command line, environment, {@code --config} file, default.
 */
public final class ServeOptions {

    /** Keys that a file shared by both roles may hold without the other role minding. */
    static final Set<String> OTHER_ROLE_KEYS = Set.of("cluster_config", "cluster_state", "shard_api_key", "coordinator_id", "coordinator_uri",
            "coordinator_lease_secs", "metadata_owners", "metadata_wait_secs", "health_interval_secs", "health_failures", "health_fast_failover");

    @Option(names = "--role", paramLabel = "ROLE", defaultValue = "single", description = "single (one node) or coordinator; default ${DEFAULT-VALUE}")
    @Env("LYNSE_ROLE")
    private String role = "single";

    @Option(names = "--host", paramLabel = "HOST", defaultValue = "127.0.0.1", description = "address to listen on; default ${DEFAULT-VALUE}")
    @Env("LYNSE_HOST")
    private String host = "127.0.0.1";

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "7637", description = "HTTP port; default ${DEFAULT-VALUE}")
    @Env({"LYNSE_PORT", "PORT"})
    private int port = 7637;

    @Option(names = {"--data-dir", "--root"}, paramLabel = "DIR", defaultValue = ".", description = "data folder; default ${DEFAULT-VALUE}")
    @Env({"LYNSE_DATA_DIR", "LYNSE_ROOT"})
    private Path dataDir = Path.of(".");

    @Option(names = "--api-key", paramLabel = "KEY", description = "key that clients must send; none by default")
    @Env("LYNSE_API_KEY")
    private @Nullable String apiKey;

    @Option(names = "--config", paramLabel = "FILE", description = "settings file: JSON if it ends in .json, else INI")
    private @Nullable Path config;

    @Option(names = "--workers", paramLabel = "N", description = "accepted for compatibility: requests run on virtual threads")
    @Env("LYNSE_SERVER_WORKERS")
    private @Nullable Integer workers;

    @Option(names = "--keep-alive-secs", paramLabel = "SECS", defaultValue = "75", description = "how long an idle connection stays open; default ${DEFAULT-VALUE}")
    @Env("LYNSE_KEEP_ALIVE_SECS")
    private int keepAliveSecs = 75;

    @Option(names = "--request-timeout-secs", paramLabel = "SECS", defaultValue = "300", description = "longest time a request may take; default ${DEFAULT-VALUE}")
    @Env("LYNSE_CLIENT_REQUEST_TIMEOUT_SECS")
    private double requestTimeoutSecs = 300;

    @Option(names = "--json-limit-mb", paramLabel = "MB", defaultValue = "256", description = "largest JSON body; default ${DEFAULT-VALUE}")
    @Env("LYNSE_JSON_LIMIT_MB")
    private int jsonLimitMb = 256;

    @Option(names = "--payload-limit-mb", paramLabel = "MB", defaultValue = "512", description = "largest binary body; default ${DEFAULT-VALUE}")
    @Env("LYNSE_PAYLOAD_LIMIT_MB")
    private int payloadLimitMb = 512;

    @Option(names = "--slow-query-warn-ms", paramLabel = "MS", defaultValue = "1000", description = "log searches that take longer, 0: none; default ${DEFAULT-VALUE}")
    @Env("LYNSE_SLOW_QUERY_WARN_MS")
    private int slowQueryWarnMs = 1000;

    @Option(names = "--max-top-k", paramLabel = "N", defaultValue = "10000", description = "largest k, 0: unlimited; default ${DEFAULT-VALUE}")
    @Env("LYNSE_MAX_TOP_K")
    private int maxTopK = 10_000;

    @Option(names = "--max-batch-vectors", paramLabel = "N", defaultValue = "100000", description = "vectors or ids per request, 0: unlimited; default ${DEFAULT-VALUE}")
    @Env("LYNSE_MAX_BATCH_VECTORS")
    private int maxBatchVectors = 100_000;

    @Option(names = "--max-collection-vectors", paramLabel = "N", defaultValue = "10000000", description = "vectors per collection, 0: unlimited; default ${DEFAULT-VALUE}")
    @Env("LYNSE_MAX_COLLECTION_VECTORS")
    private long maxCollectionVectors = 10_000_000;

    @Option(names = "--max-collection-vector-bytes", paramLabel = "BYTES", defaultValue = "1099511627776",
            description = "vector bytes per collection, 0: unlimited; default ${DEFAULT-VALUE}")
    @Env("LYNSE_MAX_COLLECTION_VECTOR_BYTES")
    private long maxCollectionVectorBytes = 1L << 40;

    @Option(names = "--audit-log", negatable = true, defaultValue = "true", fallbackValue = "true", description = "log what changes databases and collections; on by default")
    @Env("LYNSE_AUDIT_LOG")
    private boolean auditLog = true;

    @Option(names = "--disable-internal-rpc", description = "do not listen for gRPC")
    @Env("LYNSE_DISABLE_INTERNAL_RPC")
    private boolean disableInternalRpc;

    @Option(names = "--log-level", paramLabel = "LEVEL", defaultValue = "info", description = "error, warn, info, debug or trace; default ${DEFAULT-VALUE}")
    @Env("LYNSE_LOG_LEVEL")
    private String logLevel = "info";

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this text")
    private boolean help;

    public String host() {
        return host;
    }

    public int port() {
        return port;
    }

    public Path dataDir() {
        return dataDir;
    }

    public String role() {
        return role;
    }

    public @Nullable String apiKey() {
        return apiKey;
    }

    public boolean internalRpc() {
        return !disableInternalRpc;
    }

    /** @throws SettingsException naming the flag whose value cannot be */
    void check() {
        if (!role.equals("single") && !role.equals("coordinator")) throw new SettingsException("--role must be single or coordinator: " + role);
        if (port < 0 || port > 65_535) throw new SettingsException("--port must be 0 to 65535: " + port);
        if (!Set.of("error", "warn", "info", "debug", "trace").contains(logLevel.toLowerCase(java.util.Locale.ROOT))) {
            throw new SettingsException("--log-level must be error, warn, info, debug or trace: " + logLevel);
        }
        atLeast(1, "--keep-alive-secs", keepAliveSecs);
        atLeast(1, "--json-limit-mb", jsonLimitMb);
        atLeast(1, "--payload-limit-mb", payloadLimitMb);
        atLeast(0, "--slow-query-warn-ms", slowQueryWarnMs);
        atLeast(0, "--max-top-k", maxTopK);
        atLeast(0, "--max-batch-vectors", maxBatchVectors);
        atLeast(0, "--max-collection-vectors", maxCollectionVectors);
        atLeast(0, "--max-collection-vector-bytes", maxCollectionVectorBytes);
        if (!(requestTimeoutSecs > 0)) throw new SettingsException("--request-timeout-secs must be above 0: " + requestTimeoutSecs);
    }

    private static void atLeast(long least, String flag, long value) {
        if (value < least) throw new SettingsException(flag + " must be at least " + least + ": " + value);
    }

    /** These settings as Spring properties. */
    public Map<String, Object> springProperties() {
        var properties = new LinkedHashMap<String, Object>();
        properties.put("server.address", host);
        properties.put("server.port", port);
        properties.put("server.tomcat.keep-alive-timeout", keepAliveSecs + "s");
        properties.put("logging.level.root", logLevel.toLowerCase(java.util.Locale.ROOT));
        properties.put("lynse.data-dir", dataDir.toString());
        if (apiKey != null && !apiKey.isEmpty()) properties.put("lynse.http.api-key", apiKey);
        properties.put("lynse.http.request-timeout", Math.round(requestTimeoutSecs * 1000) + "ms");
        properties.put("lynse.http.json-limit", jsonLimitMb + "MB");
        properties.put("lynse.http.payload-limit", payloadLimitMb + "MB");
        properties.put("lynse.http.slow-query", slowQueryWarnMs + "ms");
        properties.put("lynse.http.max-top-k", maxTopK);
        properties.put("lynse.http.max-batch-vectors", maxBatchVectors);
        properties.put("lynse.http.max-collection-vectors", maxCollectionVectors);
        properties.put("lynse.http.max-collection-vector-bytes", maxCollectionVectorBytes);
        properties.put("lynse.http.audit-log", auditLog);
        return properties;
    }

    /**
     * A Boot application with these settings, above anything Boot itself would take from the environment.
     * @param more properties of the service's own options
     */
    public SpringApplication application(Class<?> main, Map<String, Object> more) {
        var properties = new LinkedHashMap<>(springProperties());
        properties.putAll(more);
        return HttpApi.application(main, properties);
    }
}
