package io.lynse.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {

    @Test
    void trimsWhatItAllows() {
        assertThat(Names.database("  db_1.x-Y ")).isEqualTo("db_1.x-Y");
        assertThat(Names.collection("c".repeat(128))).hasSize(128);
        assertThat(Names.collection(".hidden")).isEqualTo(".hidden");
        assertThat(new CollectionName(" db", "c ")).hasToString("db/c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", ".", "..", "a..b", "a/b", "a\\b", "a b", "é", "a\0", "a\nb", "\u00A0", "con:", "~", "%2e"})
    void refusesWhatCouldLeaveItsFolder(String name) {
        assertThatThrownBy(() -> Names.database(name)).isInstanceOfSatisfying(
                LynseException.class, refused -> assertThat(refused.error()).isInstanceOfSatisfying(
                        LynseError.InvalidArgument.class, error -> assertThat(error.field()).isEqualTo("database_name")));
    }

    @Test
    void refusesWhatIsTooLong() {
        assertThatThrownBy(() -> Names.collection("c".repeat(129)))
                .hasMessage("Invalid argument: collection name cannot exceed 128 characters");
        assertThatThrownBy(() -> Names.collection(" ")).hasMessage("Invalid argument: collection name cannot be empty");
    }
}
