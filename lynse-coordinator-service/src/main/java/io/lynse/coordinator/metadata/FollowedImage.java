package io.lynse.coordinator.metadata;

import io.lynse.coordinator.shardclient.OwnerClient;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.MetadataRecord;
import java.util.List;
import java.util.Optional;

/**
 * The image as a follower has it. It never goes back, though the owners it hears may lag behind each other.
 *
 * @param position in the owners' log up to which the image is built; 0: it comes from the local cache
 */
record FollowedImage(long position, ClusterImage image) {

    /** With what an owner told; empty: that does not continue this image, so its teller is to be asked again, from {@link #position}. */
    Optional<FollowedImage> after(OwnerClient.News news) {
        return switch (news) {
            case OwnerClient.News.Whole(long at, ClusterImage whole) -> follows(at, whole) ? Optional.of(new FollowedImage(at, whole)) : Optional.empty();
            case OwnerClient.News.Changes(long from, long at, var records) -> {
                if (at <= position) yield Optional.of(this);
                yield from == position ? Optional.of(changed(at, records)) : Optional.empty();
            }
        };
    }

    /** Whether that came too late: another owner told more of it meanwhile, but not all. */
    boolean overtook(OwnerClient.News news) {
        return news instanceof OwnerClient.News.Changes(long from, long at, var _) && from < position && position < at;
    }

    private FollowedImage changed(long at, List<MetadataRecord> records) {
        ClusterImage next = image;
        for (MetadataRecord record : records) next = next.apply(record);
        return new FollowedImage(at, next);
    }

    /** That image, if it is newer. */
    FollowedImage newer(long at, ClusterImage whole) {
        return follows(at, whole) ? new FollowedImage(at, whole) : this;
    }

    private boolean follows(long at, ClusterImage whole) {
        return at > position && whole.metaEpoch() >= image.metaEpoch();
    }
}
