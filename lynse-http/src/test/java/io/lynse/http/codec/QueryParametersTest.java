package io.lynse.http.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryParametersTest {

    @Test
    void decodesNamesAndValues() {
        var parameters = new QueryParameters("a=1&b=x%20y%3D%26+z&c&&d=&%65=f");
        assertThat(parameters.natural("a")).isEqualTo(1);
        assertThat(parameters.text("b")).isEqualTo("x y=& z");
        assertThat(parameters.text("c")).isEmpty();
        assertThat(parameters.text("d")).isEmpty();
        assertThat(parameters.text("e")).isEqualTo("f");
        assertThat(parameters.textOrNull("g")).isNull();
    }

    @Test
    void readsInfinityAsAnyNumber() {
        assertThat(new QueryParameters("eps=inf").real("eps", 0)).isInfinite();
        assertThat(new QueryParameters("eps=1e-4").real("eps", 0)).isEqualTo(1e-4);
        assertThat(new QueryParameters(null).real("eps", 0.5)).isEqualTo(0.5);
    }

    @Test
    void saysWhichParameterIsMissing() {
        assertThatThrownBy(() -> new QueryParameters("a=1").natural("dim")).hasMessage("Query deserialize error: missing field `dim`");
    }

    @ParameterizedTest
    @ValueSource(strings = {"True", "1", "", "yes"})
    void takesOnlyTrueAndFalseForAFlag(String value) {
        assertThatThrownBy(() -> new QueryParameters("f=" + value).flag("f", false)).hasMessageContaining("provided string was not `true` or `false`");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1.5", "x", "", "9223372036854775808", "-0"})
    void takesOnlyNaturalNumbers(String value) {
        assertThatThrownBy(() -> new QueryParameters("n=" + value).natural("n")).isInstanceOf(TextRefusal.class).hasMessageContaining("n: ");
    }

    @Test
    void refusesBrokenEncoding() {
        assertThatThrownBy(() -> new QueryParameters("a=%zz")).isInstanceOf(TextRefusal.class);
    }
}
