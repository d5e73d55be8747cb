package io.lynse.tests.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class OwnChoicesTest {

    private static final OwnChoices CHOICES = OwnChoices.parse(List.of("# told", "7 /params/ids ties are by id"));

    @Test
    void explainsDifferencesAtThePointerAlone() {
        assertThat(CHOICES.unexplained(7, List.of("/params/ids: want 3 items", "/params/ids/1: want 6 got 3"))).isEmpty();
        assertThat(CHOICES.unexplained(7, List.of("/params/ids/1: want 6 got 3", "/params/k: want 1 got 2"))).containsExactly("/params/k: want 1 got 2");
        assertThat(CHOICES.unexplained(7, List.of("/params/ids_more: missing"))).isNotEmpty();
    }

    @Test
    void explainsNothingElsewhere() {
        assertThat(CHOICES.unexplained(8, List.of("/params/ids/1: want 6 got 3"))).isNotEmpty();
        assertThat(CHOICES.unexplained(8, List.of())).isEmpty();
    }

    @Test
    void aChoiceThatIsNotMadeLeavesTheList() {
        assertThat(CHOICES.unexplained(7, List.of())).singleElement().asString().contains("must leave the list");
    }

    @Test
    void aChoiceNeedsAReason() {
        assertThatIllegalArgumentException().isThrownBy(() -> OwnChoices.parse(List.of("7 /params/ids")));
    }
}
