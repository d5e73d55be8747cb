package io.lynse.tests.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Where a class lies: {@code root.module.feature.internal}. The root is {@code io.lynse} for the product and another
 * package for the bad examples, so that one and the same rule is tried on both.
 */
record Layout(String root) {

    /** The language both services speak, and the memory in which a request's bytes travel through all of them: packages of one module, open to all. */
    static final Set<String> PROTO = Set.of("model", "error", "wire", "memory");

    /**
     * Inner packages that their feature shares (STYLE.md section 1): the kernels scan for whoever searches; graphs are built by the merges of a
     * collection, walked by whoever searches, and their state is told to whoever asked for the index.
     */
    private static final Set<String> SHARED = Set.of("engine.index.kernels", "engine.index.hnsw");

    /** DESIGN.md section 2: which modules of ours a module may see, besides itself and the proto packages. */
    private static final Map<String, Set<String>> MAY_SEE = Map.of(
            "model", Set.of(),
            "error", Set.of(),
            "wire", Set.of(),
            "memory", Set.of(),
            "metadata", Set.of(),
            "engine", Set.of(),
            "http", Set.of(),
            "shard", Set.of("metadata", "engine", "http"),
            "coordinator", Set.of("metadata", "http"),
            "cli", Set.of());

    static Set<String> maySee(String module) {
        return Objects.requireNonNull(MAY_SEE.get(module), module);
    }

    /** {@code engine} for {@code root.engine.log.LogEntry}; empty for a class that is not ours. */
    Optional<String> module(JavaClass type) {
        return part(type, 0);
    }

    /** {@code log} for {@code root.engine.log.LogEntry}; empty in a module's root package. */
    Optional<String> feature(JavaClass type) {
        return part(type, 1);
    }

    /** Whether a class belongs to its feature alone, as {@code root.shard.owner.raft.Transport} does. */
    boolean isInternal(JavaClass type) {
        return part(type, 2).isPresent() && !inProto(type) && SHARED.stream().noneMatch(path -> type.getPackageName().equals(root + "." + path));
    }

    boolean inProto(JavaClass type) {
        return module(type).filter(PROTO::contains).isPresent();
    }

    /** @param path dots between packages, as in {@code engine.log} */
    String below(String path) {
        return root + "." + path + "..";
    }

    private Optional<String> part(JavaClass type, int index) {
        if (!type.getPackageName().startsWith(root + ".")) return Optional.empty();
        List<String> parts = List.of(type.getPackageName().substring(root.length() + 1).split("\\."));
        return index < parts.size() ? Optional.of(parts.get(index)) : Optional.empty();
    }
}
