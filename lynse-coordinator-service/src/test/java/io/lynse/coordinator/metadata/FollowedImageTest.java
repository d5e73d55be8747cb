package io.lynse.coordinator.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.coordinator.shardclient.OwnerClient.News;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Durability;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.MetadataRecord;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Epoch;
import io.lynse.model.ShardGroupId;
import java.util.List;
import org.junit.jupiter.api.Test;

class FollowedImageTest {

    private static final ClusterImage FIRST = ClusterImage.initial(
            "cluster-1", 8, Durability.DEFAULT, List.of(new ShardGroupImage(new ShardGroupId("sg0"), new MemberImage("http://a:1", null), new Epoch(1), 1, List.of())));
    private static final MetadataRecord CREATED = new MetadataRecord.DatabaseCreated("db");
    private static final MetadataRecord OTHER = new MetadataRecord.DatabaseCreated("other");
    private static final ClusterImage SECOND = FIRST.apply(CREATED);
    private static final FollowedImage AT_5 = new FollowedImage(5, FIRST);

    @Test
    void changesApplyToTheImageTheyFollow() {
        assertThat(AT_5.after(new News.Changes(5, 7, List.of(CREATED)))).contains(new FollowedImage(7, SECOND));
        assertThat(AT_5.after(new News.Changes(5, 5, List.of()))).as("a sign of life").contains(AT_5);
    }

    @Test
    void whatIsKnownIsNotAppliedAgain() {
        assertThat(new FollowedImage(7, SECOND).after(new News.Changes(5, 7, List.of(CREATED)))).contains(new FollowedImage(7, SECOND));
    }

    @Test
    void changesThatOverlapOrLeaveAGapAreAskedForAgain() {
        assertThat(new FollowedImage(7, SECOND).after(new News.Changes(5, 9, List.of(CREATED, OTHER)))).as("a read came first").isEmpty();
        assertThat(AT_5.after(new News.Changes(6, 9, List.of(OTHER)))).as("a gap").isEmpty();
    }

    @Test
    void aWholeImageReplacesAnOlderOneOnly() {
        assertThat(AT_5.after(new News.Whole(9, SECOND))).contains(new FollowedImage(9, SECOND));
        assertThat(new FollowedImage(9, SECOND).after(new News.Whole(8, SECOND))).isEmpty();
        var cached = new FollowedImage(0, SECOND);
        assertThat(cached.after(new News.Whole(4, FIRST))).as("of an owner that lags behind the cache").isEmpty();
        assertThat(cached.after(new News.Whole(9, SECOND))).contains(new FollowedImage(9, SECOND));
        assertThat(cached.newer(4, FIRST)).isSameAs(cached);
    }
}
