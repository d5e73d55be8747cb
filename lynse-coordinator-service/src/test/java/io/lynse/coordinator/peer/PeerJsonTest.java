package io.lynse.coordinator.peer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lynse.coordinator.health.GroupWatch.Event;
import io.lynse.coordinator.health.Peers.Message;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class PeerJsonTest {

    private static final ShardGroupId SG0 = new ShardGroupId("sg0");

    static final List<Message> MESSAGES = List.of(
            new Message.Doubted(SG0),
            new Message.ForWatch(SG0, new Event.Suspected("http://a:1")),
            new Message.ForWatch(SG0, new Event.Asked("http://c1:7637", List.of("http://a:1", "http://b:1"))),
            new Message.ForWatch(SG0, new Event.Asked("http://c1:7637", List.of())),
            new Message.ForWatch(SG0, new Event.MetByOther("http://a:1", new NodeId("node-a"))),
            new Message.ForWatch(SG0, new Event.ReachedByOther("http://a:1")));

    static final List<Arguments> WRONG = List.of(
            arguments("{", "body"),
            arguments("[]", "group"),
            arguments("{\"group\":\"sg0\"}", "kind"),
            arguments("{\"group\":\"sg0\",\"kind\":\"of a newer release\"}", "kind"),
            arguments("{\"group\":\"sg0\",\"kind\":\"suspected\"}", "uri"),
            arguments("{\"group\":\"sg0\",\"kind\":\"reached\",\"uri\":7}", "uri"),
            arguments("{\"group\":\"sg0\",\"kind\":\"met\",\"uri\":\"http://a:1\"}", "node_id"),
            arguments("{\"group\":\"sg0\",\"kind\":\"asked\",\"by\":\"\",\"uris\":[]}", "by"),
            arguments("{\"group\":\"sg0\",\"kind\":\"asked\",\"by\":\"http://c\",\"uris\":[1]}", "uris"));

    @ParameterizedTest
    @FieldSource("MESSAGES")
    void aMessageComesBackAsItWentIn(Message message) {
        assertThat(PeerJson.message(PeerJson.bytes(message))).isEqualTo(message);
    }

    @ParameterizedTest
    @FieldSource("WRONG")
    void whatIsNoMessageNamesTheField(String body, String field) {
        assertThatThrownBy(() -> PeerJson.message(body.getBytes(UTF_8))).isInstanceOfSatisfying(LynseException.class,
                refused -> assertThat(refused.error()).isInstanceOfSatisfying(LynseError.InvalidArgument.class, wrong -> assertThat(wrong.field()).isEqualTo(field)));
    }

    /** They are of one coordinator's own watch. */
    @Test
    void noOtherEventIsTold() {
        assertThatThrownBy(() -> PeerJson.bytes(new Message.ForWatch(SG0, new Event.Settled()))).isInstanceOf(IllegalArgumentException.class);
    }
}
