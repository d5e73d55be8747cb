package io.lynse.coordinator.owners;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lynse.coordinator.shardclient.OwnerState;
import io.lynse.model.NodeId;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class OwnerRepairTest {

    private static final UUID GROUP = new UUID(1, 1);
    private static final UUID OTHER = new UUID(2, 2);

    // Owners are written node@address; a node that was met: node@address, then + it keeps the group, - it keeps nothing, ! Raft ended, ? another group.
    static final List<Arguments> TABLE = List.of(
            arguments("all are well", "a@1 b@2 c@3", "a@1+ b@2+ c@3+", "", "", ""),
            arguments("one is silent: it stays, and catches up when it is back", "a@1 b@2 c@3", "a@1+ b@2+", "", "", "does not answer"),
            arguments("a wiped disk is replaced", "a@1 b@2 c@3", "a@1+ b@2+ x@3-", "a@1 b@2 x@3", "x@3", "was replaced by node x"),
            arguments("a replacement that got stuck goes on", "a@1 b@2 c@3", "a@1+ b@2+ x@3+", "a@1 b@2 x@3", "", "was replaced by node x"),
            arguments("two wiped of three: no majority is left", "a@1 b@2 c@3", "a@1+ x@2- y@3-", "", "", "no majority"),
            arguments("two wiped of five: one after the other", "a@1 b@2 c@3 d@4 e@5", "a@1+ b@2+ c@3+ x@4- y@5-", "a@1 b@2 c@3 e@5 x@4", "x@4", "was replaced by node x"),
            arguments("a wiped one while another is silent", "a@1 b@2 c@3", "a@1+ x@2-", "", "", "no majority"),
            arguments("its copy is lost and its id is not: it leaves first", "a@1 b@2 c@3", "a@1+ b@2+ c@3-", "a@1 b@2", "", "has lost its copy"),
            arguments("and comes again", "a@1 b@2", "a@1+ b@2+ c@3-", "a@1 b@2 c@3", "c@3", "one is missing"),
            arguments("with two, a node that belongs elsewhere is no candidate", "a@1 b@2", "a@1+ b@2+ c@3?", "", "", "one is missing"),
            arguments("with two, one that was told of the group already", "a@1 b@2", "a@1+ b@2+ c@3+", "a@1 b@2 c@3", "", "one is missing"),
            arguments("with two, an owner that has left before comes again", "a@1 b@2", "a@1+ b@2+ c@3!", "a@1 b@2 c@3", "c@3", "one is missing"),
            arguments("with four, too: a fifth has left", "a@1 b@2 d@4 e@5", "a@1+ b@2+ c@3- d@4+ e@5+", "a@1 b@2 c@3 d@4 e@5", "c@3", "one is missing"),
            arguments("with four of which two are silent nothing can be done", "a@1 b@2 d@4 e@5", "a@1+ b@2+ c@3-", "", "", "no majority"),
            arguments("with three nobody else is taken in", "a@1 b@2 c@3", "a@1+ b@2+ c@3+ d@4-", "", "", ""),
            arguments("a disk that was exchanged with that of a node that is no owner", "a@1 b@2 c@3", "a@1+ b@2+ d@3- c@4+", "a@1 b@2 c@4", "", "is at host:4 now"),
            arguments("a copied disk", "a@1 b@2 c@3", "a@1+ b@2+ b@3+", "", "", "copied data directory"),
            arguments("owners that exchanged their addresses", "a@1 b@2 c@3 d@4 e@5", "b@1+ a@2+ c@3+ d@4+ e@5+", "", "", "exchanged their addresses"),
            arguments("a node of another group", "a@1 b@2 c@3", "a@1+ b@2+ x@3?", "", "", "another group"),
            arguments("Raft ended there", "a@1 b@2 c@3", "a@1+ b@2+ c@3!", "", "", "restart that node"),
            arguments("the single owner was wiped: nothing is formed anew", "a@1", "x@1-", "", "", "metadata recover --from-cache"),
            arguments("the single owner lost its copy", "a@1", "a@1- b@2-", "", "", "metadata recover --from-cache"),
            arguments("the single owner is silent", "a@1", "b@2-", "", "", "does not answer"),
            arguments("the single owner is well", "a@1", "a@1+ b@2-", "", "", ""));

    @ParameterizedTest(name = "{0}")
    @FieldSource("TABLE")
    void decides(String when, String owners, String met, String wanted, String joining, String trouble) {
        var now = new Committed(GROUP, owners(owners));
        var finding = OwnerRepair.decide(now, heard(met), List.of("host:3", "host:4", "host:1"));
        OwnerChange change = finding.change();
        if (wanted.isEmpty()) {
            assertThat(change).as(when).isNull();
        } else {
            Objects.requireNonNull(change, when);
            assertThat(change.wanted()).containsExactlyInAnyOrderElementsOf(owners(wanted));
            assertThat(change.joining()).isEqualTo(owners(joining));
            assertThat(change.expected()).isEqualTo(now.owners());
        }
        if (trouble.isEmpty()) {
            assertThat(finding.troubles()).isEmpty();
        } else {
            assertThat(finding.troubles()).anySatisfy(text -> assertThat(text).contains(trouble));
        }
    }

    @Test
    void theNewestWordCounts() {
        var old = state("a", GROUP, 4, "leader", owners("a@1"));
        var follower = state("b", GROUP, 5, "follower", owners("a@1 b@2"));
        var leader = state("c", GROUP, 5, "leader", owners("a@1 b@2 c@3"));
        var stranger = new OwnerState(new NodeId("d"), OTHER, "another", "leader", owners("d@4"), null, 1, 1, 9, false, null);
        assertThat(Committed.newest("one", List.of(old, leader, follower, stranger))).hasValue(new Committed(GROUP, owners("a@1 b@2 c@3")));
        assertThat(Committed.newest("one", List.of(stranger))).isEmpty();
    }

    private static Map<String, OwnerState> heard(String text) {
        var heard = new LinkedHashMap<String, OwnerState>();
        for (String each : text.split(" ")) {
            int at = each.indexOf('@');
            char what = each.charAt(each.length() - 1);
            UUID group = what == '-' ? null : what == '?' ? OTHER : GROUP;
            var state = new OwnerState(new NodeId(each.substring(0, at)), group, null, "follower", List.of(), null, 1, 1, 1, what == '!', null);
            heard.put("host:" + each.substring(at + 1, each.length() - 1), state);
        }
        return heard;
    }

    private static OwnerState state(String node, @Nullable UUID group, long term, String role, List<OwnerState.Owner> owners) {
        return new OwnerState(new NodeId(node), group, "one", role, owners, null, 1, 1, term, false, null);
    }

    private static List<OwnerState.Owner> owners(String text) {
        return text.isEmpty() ? List.of() : Arrays.stream(text.split(" "))
                .map(each -> new OwnerState.Owner(new NodeId(each.substring(0, each.indexOf('@'))), "host:" + each.substring(each.indexOf('@') + 1)))
                .toList();
    }
}
