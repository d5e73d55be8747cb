package io.lynse.coordinator.routing;

import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.model.Deadline;
import java.time.Duration;
import java.util.Optional;

/** Has the image confirmed when reads fail, one question at a time, and so knows whether a promotion can come ({@link MetadataContact}). Safe for use by several threads. */
final class ImageConfirmation {

    private static final Duration ANSWER_MAX = Duration.ofSeconds(5);

    private final MetadataAuthority authority;
    private final Duration detection;
    private MetadataContact contact = MetadataContact.NONE_ASKED;
    private ClusterImage shown;
    private boolean asking;

    /** @param detection after which silent metadata decides nothing */
    ImageConfirmation(MetadataAuthority authority, Duration detection) {
        this.authority = authority;
        this.detection = detection;
        this.shown = authority.image();
    }

    /** A read was not answered: there may be another primary. Does not wait. */
    synchronized void ask() {
        look();
        contact = contact.asked(System.nanoTime());
        if (asking) return;
        asking = true;
        Thread.ofVirtual().name("image-confirmation").start(this::confirm);
    }

    private void confirm() {
        boolean heard = false;
        try {
            authority.confirmed(Deadline.after(ANSWER_MAX));
            heard = true;
        } catch (LynseException nobody) {
            // Whoever reads asks again.
        } finally {
            answered(heard);
        }
    }

    private synchronized void answered(boolean heard) {
        asking = false;
        if (heard) contact = contact.heard();
    }

    synchronized Optional<String> whyNoPromotion() {
        look();
        return contact.whyNoPromotion(detection, System.nanoTime());
    }

    /** Also a change that is shown was decided. */
    @SuppressWarnings("ReferenceEquality") // each change makes another image
    private void look() {
        ClusterImage now = authority.image();
        if (now == shown) return;
        shown = now;
        contact = contact.heard();
    }
}
