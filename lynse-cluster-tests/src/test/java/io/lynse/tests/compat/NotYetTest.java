package io.lynse.tests.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.lynse.tests.Answer;
import io.lynse.tests.compat.NotYet.Reason.After;
import io.lynse.tests.compat.NotYet.Reason.Feature;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NotYetTest {

    private static final Answer FINE = answer(200, "{}");
    private static final Answer NO_FILTERS = answer(400, "{\"error\":\"not supported yet: where filters\",\"code\":\"invalid_argument\"}");
    private static final List<String> NONE = List.of();
    private static final List<String> SOME = List.of("/a: want 1 got 2");

    @Test
    void readsNumbersWithTheirReason() {
        NotYet list = NotYet.parse(List.of("# told so far", "", "12 where filters", "13 after 12  # shows the row"));

        assertThat(list.reasons()).isEqualTo(Map.of(12, new Feature("where filters"), 13, new After(12)));
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatIllegalArgumentException().isThrownBy(() -> NotYet.parse(List.of("1 text", "1 text")));
        assertThatIllegalArgumentException().isThrownBy(() -> NotYet.parse(List.of("2 after 1")));
        assertThatIllegalArgumentException().isThrownBy(() -> NotYet.parse(List.of("3 text", "2 after 3")));
    }

    @Test
    void anUnlistedExchangeMustMatch() {
        assertThat(Replay.problem(FINE, NONE, null)).isNull();
        assertThat(Replay.problem(FINE, SOME, null)).isNotNull();
        assertThat(Replay.problem(NO_FILTERS, NONE, null)).as("a refusal is no match").isNotNull();
    }

    @Test
    void aListedExchangeMustBeRefusedByName() {
        assertThat(Replay.problem(NO_FILTERS, SOME, new Feature("where filters"))).isNull();
        assertThat(Replay.problem(NO_FILTERS, SOME, new Feature("text search"))).isNotNull();
        assertThat(Replay.problem(FINE, NONE, new Feature("where filters"))).contains("leave the list");
        assertThat(Replay.problem(answer(500, "{}"), SOME, new Feature("where filters"))).isNotNull();
    }

    @Test
    void aConsequenceMustDifferAndBeAnswered() {
        assertThat(Replay.problem(FINE, SOME, new After(3))).isNull();
        assertThat(Replay.problem(FINE, NONE, new After(3))).contains("leave the list");
        assertThat(Replay.problem(NO_FILTERS, SOME, new After(3))).isNotNull();
    }

    private static Answer answer(int status, String body) {
        return JudgeTest.answer(status, body.getBytes(StandardCharsets.UTF_8));
    }
}
