package io.lynse.tests.compat;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.tests.Answer;
import io.lynse.tests.Api;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JudgeTest {

    private static final String FOLDER = "/tmp/folder";

    @ParameterizedTest
    @CsvSource({"single, 730", "single-auth, 18", "cluster, 359"})
    void theOriginalMatchesItself(String name, int size) throws IOException {
        Recording recording = Recording.read(name);

        assertThat(recording.exchanges()).hasSize(size).allSatisfy(exchange -> {
            byte[] body = exchange.answerJson() == null ? exchange.answerBytes() : Api.JSON.writeValueAsBytes(exchange.answerJson());
            assertThat(Judge.differences(exchange, answer(exchange.status(), body), FOLDER)).as("#" + exchange.number()).isEmpty();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"status\":\"success\",\"params\":{\"items\":{\"ids\":[1,2],\"scores\":[0.5,0.25]}}}",
        "{\"status\":\"success\",\"params\":{\"items\":{\"ids\":[1,2],\"scores\":[0.50001,0.25]}},\"more\":1}",
        "{\"params\":{\"items\":{\"scores\":[0.5,0.25],\"ids\":[1,2]}},\"status\":\"success\"}"
    })
    void acceptsWhatAClientCannotTellApart(String body) {
        assertThat(judge(SEARCH, 200, body)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "200 | {\"status\":\"success\",\"params\":{\"items\":{\"ids\":[1,2],\"scores\":[0.5,0.26]}}}   | /params/items/scores/1",
        "200 | {\"status\":\"success\",\"params\":{\"items\":{\"ids\":[2,1],\"scores\":[0.5,0.25]}}}   | /params/items/ids/0",
        "200 | {\"status\":\"success\",\"params\":{\"items\":{\"ids\":[1],\"scores\":[0.5,0.25]}}}     | want 2 items",
        "200 | {\"status\":\"success\",\"params\":{\"items\":{\"ids\":[1,\"2\"],\"scores\":[0.5,0.25]}}} | /params/items/ids/1",
        "200 | {\"status\":\"success\",\"params\":{}}                                                  | /params/items: missing",
        "200 | nothing                                                                                 | not JSON",
        "400 | {\"error\":\"no\"}                                                                      | status"
    })
    void tellsWhatAClientWouldNotice(int status, String body, String expected) {
        assertThat(judge(SEARCH, status, body)).first().asString().contains(expected);
    }

    @Test
    void readsVolatileAndUnorderedPointers() {
        String line = SEARCH.replace("\"volatile\":[]", "\"volatile\":[\"/params/items/scores\"],\"unordered\":[\"/params/items/ids\"]");

        assertThat(judge(line, 200, "{\"status\":\"success\",\"params\":{\"items\":{\"ids\":[2,1],\"scores\":[]}}}")).isEmpty();
        assertThat(judge(line, 200, "{\"status\":\"success\",\"params\":{\"items\":{\"ids\":[2,2],\"scores\":[]}}}")).isNotEmpty();
    }

    @Test
    void ofAnErrorOnlyCodeAndLookedAtTextsCount() {
        String line = SEARCH.replace("\"status\":200", "\"status\":400").replace("\"volatile\":[]", "\"volatile\":[],\"error_contains\":[\"already exists\"]")
                .replaceFirst("\"response_json\".*", "\"response_json\":{\"error\":\"external id 7 already exists\",\"code\":\"invalid_argument\"}}");

        assertThat(judge(line, 400, "{\"error\":\"row 7 already exists\",\"code\":\"invalid_argument\"}")).isEmpty();
        assertThat(judge(line, 400, "{\"error\":\"row 7 already exists\",\"code\":\"conflict\"}")).isNotEmpty();
        assertThat(judge(line, 400, "{\"error\":\"row 7 is there\",\"code\":\"invalid_argument\"}")).isNotEmpty();
    }

    @Test
    void whereTheOriginalIsWrongOnlyTheStatusCounts() {
        String line = SEARCH.replace("\"volatile\":[]", "\"volatile\":[],\"original_bug\":\"it should not\",\"ours_status\":[400]");

        assertThat(judge(line, 200, "anything")).isEmpty();
        assertThat(judge(line, 400, "anything")).isEmpty();
        assertThat(judge(line, 500, "anything")).isNotEmpty();
    }

    @Test
    void readsBinaryAnswersToTheLastByte() throws IOException {
        Exchange binary = Recording.read("single").exchanges().stream()
                .filter(each -> each.path().startsWith("/head_binary") && each.status() == 200 && each.answerBytes().length > 8)
                .findFirst().orElseThrow();
        byte[] body = binary.answerBytes();
        byte[] otherId = body.clone();
        otherId[body.length - 5]++;

        assertThat(Judge.differences(binary, answer(200, body), FOLDER)).isEmpty();
        assertThat(Judge.differences(binary, answer(200, Arrays.copyOf(body, body.length - 1)), FOLDER)).isNotEmpty();
        assertThat(Judge.differences(binary, answer(200, Arrays.copyOf(body, body.length + 1)), FOLDER)).isNotEmpty();
        assertThat(Judge.differences(binary, answer(200, otherId), FOLDER)).isNotEmpty();
    }

    @Test
    void theServersFolderIsNoDifference() {
        String line = SEARCH.replaceFirst("\"response_json\".*", "\"response_json\":{\"path\":\"{{TMP}}/out\"}}");

        assertThat(judge(line, 200, "{\"path\":\"/tmp/folder/out\"}")).isEmpty();
        assertThat(judge(line, 200, "{\"path\":\"/tmp/other/out\"}")).isNotEmpty();
    }

    private static final String SEARCH = """
            {"n":1,"scenario":"s","method":"POST","path":"/search","headers":{},"body_json":{},"status":200,"volatile":[],\
            "response_json":{"status":"success","params":{"items":{"ids":[1,2],"scores":[0.5,0.25]}}}}""";

    private static List<String> judge(String line, int status, String body) {
        return Judge.differences(Exchange.parse(line), answer(status, body.getBytes(StandardCharsets.UTF_8)), FOLDER);
    }

    static Answer answer(int status, byte[] body) {
        return new Answer(status, HttpHeaders.of(Map.of(), (_, _) -> true), body);
    }
}
