package io.lynse.shard.owner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lynse.wire.v1.Owner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class OwnerStepsTest {

    static final List<Arguments> WAYS = List.of(
            arguments("nothing to do, in whatever order", "a b c", "c b a", List.of()),
            arguments("one becomes three by way of two", "a", "a b c", List.of("a b", "a b c")),
            arguments("three become one", "a b c", "a", List.of("a c", "a")),
            arguments("a wiped disk is another node, and takes the old one's place", "a b c", "a b d", List.of("a b d")),
            arguments("all three move, one after the other", "a b c", "d e f", List.of("b c d", "c d e", "d e f")),
            arguments("the only owner stays until the next one is there", "a", "b", List.of("a b", "b")),
            arguments("a new address: out, then in", "a b c", "a b c@9", List.of("a b", "a b c@9")));

    @ParameterizedTest(name = "{0}")
    @FieldSource("WAYS")
    void leadsFromOneSetToTheOther(String why, String current, String wanted, List<String> steps) {
        var taken = new ArrayList<List<Owner>>();
        List<Owner> now = owners(current);
        for (var next = OwnerSteps.next(now, owners(wanted), "z"); next.isPresent(); next = OwnerSteps.next(now, owners(wanted), "z")) {
            now = next.get();
            taken.add(now);
        }
        assertThat(taken).as(why).isEqualTo(steps.stream().map(OwnerStepsTest::owners).toList());
    }

    @Test
    void whoLeadsLeavesLast() {
        assertThat(OwnerSteps.next(owners("a b c"), owners("c"), "a")).hasValue(owners("a c"));
        assertThat(OwnerSteps.next(owners("a c"), owners("c"), "a")).hasValue(owners("c"));
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> OwnerSteps.next(owners("a"), List.of(), "a")).hasMessageContaining("there must be an owner");
        assertThatThrownBy(() -> OwnerSteps.next(owners("a"), owners("b b@2"), "a")).hasMessageContaining("named twice");
        assertThatThrownBy(() -> OwnerSteps.next(owners("a"), owners("a@2"), "a")).hasMessageContaining("cannot change its address");
    }

    private static List<Owner> owners(String text) {
        return Arrays.stream(text.split(" ")).map(name -> {
            int at = name.indexOf('@');
            return Owner.newBuilder().setNodeId(at < 0 ? name : name.substring(0, at)).setAddress("host:" + (at < 0 ? "1" : name.substring(at + 1))).build();
        }).toList();
    }
}
