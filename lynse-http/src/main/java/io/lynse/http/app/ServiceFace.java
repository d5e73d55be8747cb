package io.lynse.http.app;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What a service says of itself on the open paths: a node answers bare objects, a coordinator wraps them (wire contract 2.1, 10.1). */
public interface ServiceFace {

    /** Body of {@code GET /}. */
    Map<String, Object> root();

    /** Body of {@code GET /healthz} and {@code GET /health}: the process answers, and that is all it says. */
    Map<String, Object> health();

    /** Answer of {@code GET /readyz}. */
    Readiness readiness();

    /** @param ready 200 if so, else 503 */
    record Readiness(boolean ready, Map<String, Object> body) {}

    /** @param ready whether this node can serve its own part; never asks a peer */
    static ServiceFace node(Path dataDir, BooleanSupplier ready) {
        return node(dataDir, ready, Map::of);
    }

    /**
     * @param ready   as above
     * @param trouble what people should know besides; empty: all is well, and readiness says no more than the original does
     */
    static ServiceFace node(Path dataDir, BooleanSupplier ready, Supplier<Map<String, Object>> trouble) {
        String root = dataDir.toAbsolutePath().normalize().toString();
        return new ServiceFace() {
            @Override
            public Map<String, Object> root() {
                return Map.of("status", "success", "message", "LynseDB HTTP API");
            }

            @Override
            public Map<String, Object> health() {
                return Map.of("status", "ok");
            }

            @Override
            public Readiness readiness() {
                boolean now = ready.getAsBoolean();
                var body = new HashMap<>(trouble.get());
                body.put("status", now ? "ready" : "not_ready");
                body.put("root_path", root);
                return new Readiness(now, body);
            }
        };
    }

    /** @param ready whether this coordinator can route requests; never asks a peer */
    static ServiceFace coordinator(BooleanSupplier ready) {
        return new ServiceFace() {
            @Override
            public Map<String, Object> root() {
                return wrapped(Map.of("message", "LynseDB cluster coordinator"));
            }

            @Override
            public Map<String, Object> health() {
                return wrapped(Map.of("status", "healthy"));
            }

            @Override
            public Readiness readiness() {
                boolean now = ready.getAsBoolean();
                return new Readiness(now, wrapped(Map.of("status", now ? "ready" : "not_ready")));
            }
        };
    }

    private static Map<String, Object> wrapped(Map<String, Object> params) {
        return Map.of("status", "success", "params", params);
    }
}
