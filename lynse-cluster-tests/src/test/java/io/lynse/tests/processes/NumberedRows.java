package io.lynse.tests.processes;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Rows whose vectors say which row they are, and the bodies that bring them.
 *
 * @param first id of the first row, of seven digits; the others follow
 */
record NumberedRows(int first, int count, int dimension) {

    private static final int DIGITS = 100_000;

    /** Of a row's vector: the id, then what depends on the row and the component. */
    float component(int place, int component) {
        return component == 0 ? first + place : digits(place, component) / (float) DIGITS;
    }

    private static int digits(int place, int component) {
        return DIGITS / 10 + (place * 31 + component * 7) % (DIGITS - DIGITS / 10);
    }

    /** The vectors alone. */
    Streamed binary() {
        return new Streamed("application/octet-stream", (long) count * dimension * Float.BYTES, () -> IntStream.range(0, count).mapToObj(this::vector));
    }

    private byte[] vector(int place) {
        ByteBuffer row = ByteBuffer.allocate(dimension * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int component = 0; component < dimension; component++) row.putFloat(component(place, component));
        return row.array();
    }

    /** All of {@code /add}; each row with one field of a text of that length. */
    Streamed json(String database, String collection, int textLength) {
        byte[] field = ascii("{\"text\":\"" + "x".repeat(textLength) + "\"}");
        byte[][] between = {
            ascii("{\"database_name\":\"" + database + "\",\"collection_name\":\"" + collection + "\",\"ids\":["), ascii("],\"fields\":["), ascii("],\"vectors\":["), ascii("]}")};
        long size = list(place -> ascii(Integer.toString(first + place))).size + list(place -> field).size + list(this::vectorText).size;
        for (byte[] piece : between) size += piece.length;
        return new Streamed("application/json", size, () -> Stream.of(
                Stream.of(between[0]), list(place -> ascii(Integer.toString(first + place))).pieces(), Stream.of(between[1]), list(place -> field).pieces(),
                Stream.of(between[2]), list(this::vectorText).pieces(), Stream.of(between[3])).flatMap(pieces -> pieces));
    }

    private byte[] vectorText(int place) {
        var row = new StringBuilder(8 * dimension + 2).append('[').append(first + place);
        for (int component = 1; component < dimension; component++) row.append(",0.").append(digits(place, component));
        return ascii(row.append(']').toString());
    }

    /** One value per row, all of one length, with commas between. */
    private record Values(IntFunction<byte[]> value, int count, long size) {
        Stream<byte[]> pieces() {
            byte[] comma = ascii(",");
            return IntStream.range(0, count).boxed().flatMap(place -> place == 0 ? Stream.of(value.apply(place)) : Stream.of(comma, value.apply(place)));
        }
    }

    private Values list(IntFunction<byte[]> value) {
        return new Values(value, count, count * (value.apply(0).length + 1L) - 1);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
