package io.lynse.shard.owner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lynse.shard.owner.Succession.End;
import io.lynse.shard.owner.Succession.Step;
import io.lynse.shard.owner.Succession.Word;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class SuccessionTest {

    private static final End END = new End(3, 40);
    private static final List<String> THREE = List.of("a", "b", "c");
    private static final List<String> FIVE = List.of("a", "b", "c", "d", "e");

    // a leads; b is asked what it does.
    static final List<Arguments> TABLE = List.of(
            arguments("the other one is refused, too", THREE, Map.of("c", missed(3, 40)), Step.STAND),
            arguments("the other one hears the leader: only the way from here is cut", THREE, Map.of("c", new Word(false, new End(0, 0))), Step.WAIT),
            arguments("the other one is silent", THREE, Map.of(), Step.WAIT),
            arguments("the other one has more entries", THREE, Map.of("c", missed(3, 41)), Step.LEAVE_TO_ANOTHER),
            arguments("the other one has entries of a later term", THREE, Map.of("c", missed(4, 1)), Step.LEAVE_TO_ANOTHER),
            arguments("the other one has fewer entries", THREE, Map.of("c", missed(2, 99)), Step.STAND),
            arguments("three of five are refused", FIVE, Map.of("c", missed(3, 40), "d", missed(3, 7), "e", new Word(false, END)), Step.STAND),
            arguments("two of five are refused", FIVE, Map.of("c", missed(3, 40), "d", new Word(false, END)), Step.WAIT),
            arguments("two owners: without the leader there is no majority", List.of("a", "b"), Map.of(), Step.WAIT),
            arguments("a word of somebody who is no owner counts for nothing", THREE, Map.of("x", missed(3, 40)), Step.WAIT),
            arguments("this node is no owner any more", List.of("a", "c", "d"), Map.of("c", missed(1, 1), "d", missed(1, 1)), Step.WAIT));

    @ParameterizedTest(name = "{0}")
    @FieldSource("TABLE")
    void decides(String when, List<String> owners, Map<String, Word> words, Step expected) {
        assertThat(Succession.decide("b", END, "a", owners, words)).as(when).isEqualTo(expected);
    }

    @Test
    void amongEqualsTheFirstStands() {
        assertThat(Succession.decide("c", END, "a", THREE, Map.of("b", missed(3, 40)))).isEqualTo(Step.LEAVE_TO_ANOTHER);
    }

    @Test
    void theLeaderMissesNobody() {
        assertThat(Succession.decide("a", END, "a", THREE, Map.of("b", missed(1, 1), "c", missed(1, 1)))).isEqualTo(Step.WAIT);
    }

    private static Word missed(long term, long index) {
        return new Word(true, new End(term, index));
    }
}
