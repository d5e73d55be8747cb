package io.lynse.engine.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class WatermarksTest {

    // Low below 1000 free bytes, full below 100; left upwards at 1100 and 110.
    private static final Watermarks MARKS = new Watermarks(1000, 100);

    static final List<Arguments> TABLE = List.of(
            arguments(DiskLevel.OK, 1000L, DiskLevel.OK),
            arguments(DiskLevel.OK, 999L, DiskLevel.LOW),
            arguments(DiskLevel.OK, 99L, DiskLevel.FULL),
            arguments(DiskLevel.LOW, 100L, DiskLevel.LOW),
            arguments(DiskLevel.LOW, 99L, DiskLevel.FULL),
            arguments(DiskLevel.LOW, 1099L, DiskLevel.LOW),
            arguments(DiskLevel.LOW, 1100L, DiskLevel.OK),
            arguments(DiskLevel.FULL, 109L, DiskLevel.FULL),
            arguments(DiskLevel.FULL, 110L, DiskLevel.LOW),
            arguments(DiskLevel.FULL, 1099L, DiskLevel.LOW),
            arguments(DiskLevel.FULL, 1100L, DiskLevel.OK));

    @ParameterizedTest(name = "{0}, {1} bytes free: {2}")
    @FieldSource("TABLE")
    void decides(DiskLevel before, long free, DiskLevel expected) {
        assertThat(MARKS.next(before, free)).isEqualTo(expected);
    }

    @Test
    void whatComesMustLeaveTheHardMarkUntouched() {
        assertThat(MARKS.fits(150, 50)).isTrue();
        assertThat(MARKS.fits(150, 51)).isFalse();
    }

    @Test
    void defaultsFollowTheDiskUpToABound() {
        assertThat(Watermarks.of(1000)).isEqualTo(new Watermarks(100, 50));
        assertThat(Watermarks.of(1L << 50)).isEqualTo(new Watermarks(10L << 30, 2L << 30));
        assertThatIllegalArgumentException().isThrownBy(() -> new Watermarks(1, 2));
        assertThatIllegalArgumentException().isThrownBy(() -> new Watermarks(1, -1));
    }
}
