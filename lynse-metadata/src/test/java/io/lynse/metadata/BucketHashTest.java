package io.lynse.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.model.CollectionName;
import io.lynse.model.Ids;
import io.lynse.model.RowId;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The test vectors of wire contract 9.1. */
class BucketHashTest {

    private static final CollectionName NAME = new CollectionName("test_db", "test_col");

    @ParameterizedTest
    @CsvSource({
        "test_db/test_col/int:0, 57e981a85ef1135e",
        "test_db/test_col/int:1, 7635dc0b81d90059",
        "test_db/test_col/int:42, a6b0259a983a0342",
        "test_db/test_col/int:123456789012, 478dd60fe6f283f0",
        "test_db/test_col/str:doc-1, 62637991b8d99ce5",
        "test_db/test_col/str:héllo, 7d6d177e3e86091c",
        "test_db/test_col/0, 7cb1983098375410",
        "test_db/test_col/1, f33ae273900e5fcf",
        "test_db/test_col/42, 28471b70f6447f70",
        "a/b/int:7, 8ea5ed96e44e2b67",
        "'', b4b2797457a0a6e4",
        "abc, 5995d533d814bbd8",
    })
    void hashesAsTheContractSays(String text, String hex) {
        assertThat(Long.toHexString(BucketHash.hash(text))).isEqualTo(hex);
    }

    @ParameterizedTest
    @CsvSource({"0, 862", "1, 89", "42, 834", "123456789012, 1008"})
    void findsTheBucketOfAnInteger(long id, int bucket) {
        assertThat(new BucketHash(NAME, 4096).bucketOf(id)).isEqualTo(bucket);
    }

    @ParameterizedTest
    @CsvSource({"doc-1, 3301", "héllo, 2332"})
    void findsTheBucketOfAText(String id, int bucket) {
        assertThat(new BucketHash(NAME, 4096).bucketOf(RowId.of(id))).isEqualTo(bucket);
    }

    @Test
    void numbersAboveTheSignedRangeAreUnsigned() {
        // a6b0259a983a0342 is negative as a long: 12011141552106242882 mod 10.
        assertThat(new BucketHash(NAME, 10).bucketOf(42)).isEqualTo(2);
    }

    @Test
    void everyFormOfAnIdRoutesAlike() {
        var hash = new BucketHash(NAME, 4096);
        int[] expected = IntStream.range(0, 50).map(hash::bucketOf).toArray();
        assertThat(hash.bucketsOf(Ids.range(0, 50))).isEqualTo(expected);
        assertThat(hash.bucketsOf(Ids.of(IntStream.range(0, 50).asLongStream().toArray()))).isEqualTo(expected);
        assertThat(hash.bucketsOf(Ids.of(List.of(RowId.of("x"), RowId.of(7), RowId.of(Long.MAX_VALUE)))))
                .containsExactly(hash.bucketOf(RowId.of("x")), expected[7], hash.bucketOf(Long.MAX_VALUE));
    }

    @Test
    void theTextOfANumberIsAnotherIdThanTheNumber() {
        var hash = new BucketHash(NAME, 1 << 30);
        assertThat(hash.bucketOf(RowId.of("5"))).isNotEqualTo(hash.bucketOf(RowId.of(5)));
    }
}
