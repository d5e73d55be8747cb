package io.lynse.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BinaryBodyTest {

    /** The worked example of wire contract 5.6. */
    @Test
    void fieldsAreEncodedAsTheContractShows() {
        var row = new LinkedHashMap<String, Object>();
        row.put("a", 1);
        row.put("b", Arrays.asList(null, -2));
        List<@Nullable Map<String, Object>> rows = Arrays.asList(row, null);

        assertThat(new BinaryBody().fields(rows).bytes()).isEqualTo(HexFormat.of().parseHex("4c44424631" + "02000000"
                + "01" + "02000000" + "0100000061" + "040100000000000000" + "0100000062" + "0702000000" + "00" + "03feffffffffffffff" + "00"));
    }
}
