package io.lynse.coordinator.routing;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether the owners of the metadata answer this coordinator, as far as it asked them. Times are nanoseconds of {@link System#nanoTime}.
 *
 * @param askedAt the first of the requests that nothing was heard after; null: there is none
 */
public record MetadataContact(@Nullable Long askedAt) {

    public static final MetadataContact NONE_ASKED = new MetadataContact(null);

    /** A command or a linearizable read is on its way. */
    public MetadataContact asked(long now) {
        return askedAt != null ? this : new MetadataContact(now);
    }

    /** A quorum has answered, to whatever, or shown a change: a promotion can be decided. */
    public MetadataContact heard() {
        return NONE_ASKED;
    }

    /**
     * Why no other primary can be promoted, for who waits for one.
     *
     * @param detection after which a silent node counts as gone, and silent metadata likewise
     * @return empty: one may still be
     */
    public Optional<String> whyNoPromotion(Duration detection, long now) {
        if (askedAt == null || now - askedAt < detection.toNanos()) return Optional.empty();
        return Optional.of("the metadata has not answered for " + Duration.ofNanos(now - askedAt).toMillis() + " ms, so no other primary can be promoted");
    }
}
