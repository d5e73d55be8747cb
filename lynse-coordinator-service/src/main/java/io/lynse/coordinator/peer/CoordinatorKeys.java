package io.lynse.coordinator.peer;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * How coordinators know each other. All of a cluster have its shard key, and clients do not have it; where there is none, whoever may call the
 * coordinator at all is believed, as by the shards.
 *
 * @param api   of the public port; null: none
 * @param shard of the shard nodes; null: none
 */
public record CoordinatorKeys(@Nullable String api, @Nullable String shard) {

    /** Carries the shard key between coordinators, beside the key of the port. */
    public static final String HEADER = "X-Lynse-Coordinator-Key";

    /** @param given what the header said; null: nothing */
    public boolean proves(@Nullable String given) {
        if (shard == null) return true;
        // Takes as long for a near miss as for a far one.
        return given != null && MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), shard.getBytes(StandardCharsets.UTF_8));
    }

    /** Neither key. */
    @Override
    public String toString() {
        return "CoordinatorKeys[api=" + (api == null ? "none" : "set") + ", shard=" + (shard == null ? "none" : "set") + "]";
    }
}
