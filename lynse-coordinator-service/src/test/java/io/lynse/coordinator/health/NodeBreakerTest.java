package io.lynse.coordinator.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class NodeBreakerTest {

    // One letter a probe: s succeeds, f fails. In capitals: the node counts as unhealthy after it.
    static final List<Arguments> TABLE = List.of(
            arguments(3, "sss"),
            arguments(3, "ffF"),
            arguments(3, "ffsffF"),
            arguments(3, "fsfsfsff"),
            arguments(3, "ffFFFFs"),
            arguments(3, "ffFsffF"),
            arguments(3, "ffFFsfsffFFFs"),
            arguments(1, "Fs"),
            arguments(1, "FFFsF"),
            arguments(5, "sffffFFsffff"));

    @ParameterizedTest(name = "{0} failures: {1}")
    @FieldSource("TABLE")
    void opensAfterFailuresInARowAndClosesAfterOneSuccess(int failures, String probes) {
        var breaker = NodeBreaker.of(NodeBreaker.registry(failures), "http://a:1");
        var seen = new StringBuilder();
        for (char probe : probes.toCharArray()) {
            breaker.record(Character.toLowerCase(probe) == 's');
            seen.append(breaker.open() ? Character.toUpperCase(probe) : Character.toLowerCase(probe));
        }
        assertThat(seen.toString()).isEqualTo(probes);
    }

    @Test
    void tellsWhenTheNodesHealthChanges() {
        var breaker = NodeBreaker.of(NodeBreaker.registry(2), "http://a:1");
        assertThat(breaker.record(false)).isFalse();
        assertThat(breaker.state()).isEqualTo("closed");
        assertThat(breaker.record(false)).isTrue();
        assertThat(breaker.state()).isEqualTo("open");
        assertThat(breaker.record(false)).isFalse();
        assertThat(breaker.record(true)).isTrue();
        assertThat(breaker.state()).isEqualTo("closed");
    }

    @Test
    void breakersOfTwoNodesAreIndependent() {
        var registry = NodeBreaker.registry(1);
        var a = NodeBreaker.of(registry, "http://a:1");
        var b = NodeBreaker.of(registry, "http://b:1");
        a.record(false);
        assertThat(a.open()).isTrue();
        assertThat(b.open()).isFalse();
    }
}
