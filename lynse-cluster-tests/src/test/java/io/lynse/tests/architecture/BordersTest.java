package io.lynse.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.lang.EvaluationResult;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BordersTest {

    private static final String BAD = "io.lynse.tests.architecture.bad";
    private static final JavaClasses PRODUCT = new ClassFileImporter().withImportOption(BordersTest::isProduct).importPackages("io.lynse");
    private static final JavaClasses BAD_EXAMPLES = new ClassFileImporter().importPackages(BAD);

    static List<Border> productBorders() {
        return new Borders("io.lynse").all();
    }

    static List<Border> exampleBorders() {
        return new Borders(BAD).all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("productBorders")
    void holds(Border border) {
        border.rule().check(PRODUCT);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("exampleBorders")
    void bites(Border border) {
        EvaluationResult result = border.rule().evaluate(BAD_EXAMPLES);

        assertThat(result.getFailureReport().getDetails()).anySatisfy(detail -> assertThat(detail).contains(border.offender()));
    }

    /** The tests of a module lie in the product's own packages; only what is shipped is judged. */
    private static boolean isProduct(Location location) {
        return !location.contains("/test-classes/");
    }
}
