package io.lynse.coordinator.peer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.coordinator.metadata.MemoryAuthority;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.Durability;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.CollectionName;
import io.lynse.model.CollectionSpec;
import io.lynse.model.Deadline;
import io.lynse.model.ElementType;
import io.lynse.model.Epoch;
import io.lynse.model.ShardGroupId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenRequestTest {

    private final ClusterImage image = image();

    @Test
    void openingWhatIsThereNeedsNoLeader() {
        assertThat(opens("{\"database_name\": \"db\", \"collection_name\": \"docs\", \"dim\": 4}")).isTrue();
        assertThat(opens("{\"database_name\": \"db\", \"collection_name\": \"docs\", \"drop_if_exists\": false}")).isTrue();
    }

    @Test
    void whateverMayChangeSomethingDoes() {
        assertThat(opens("{\"database_name\": \"db\", \"collection_name\": \"docs\", \"drop_if_exists\": true}")).isFalse();
        assertThat(opens("{\"database_name\": \"db\", \"collection_name\": \"other\"}")).isFalse();
        assertThat(opens("{\"database_name\": \"db\"}")).isFalse();
        assertThat(opens("[1, 2")).isFalse();
        assertThat(opens("")).isFalse();
    }

    private boolean opens(String body) {
        return OpenRequest.onlyOpens(body.getBytes(UTF_8), image);
    }

    private static ClusterImage image() {
        var metadata = new MemoryAuthority(ClusterImage.initial("cluster-1", 8, Durability.DEFAULT, List.of(
                new ShardGroupImage(new ShardGroupId("sg0"), new MemberImage("http://a:1", null), new Epoch(1), 1, List.of()))));
        Deadline deadline = Deadline.after(Duration.ofSeconds(1));
        metadata.propose(new Command.CreateDatabase("db"), deadline);
        metadata.propose(new Command.DeclareCollection(new CollectionName("db", "docs"), new CollectionSpec(4, ElementType.FLOAT32, null), null), deadline);
        return metadata.image();
    }
}
