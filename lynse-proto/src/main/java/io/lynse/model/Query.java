package io.lynse.model;

import java.util.OptionalDouble;

/**
 * One nearest-neighbour query.
 *
 * @param vector    as long as the collection's dimension, finite
 * @param options   what to return
 */
public record Query(float[] vector, Options options) {

    /**
     * @param k          most hits to return, at least 0
     * @param withFields whether each hit carries its fields
     * @param beam       candidates an approximate index keeps; 0: its own setting
     * @param threshold  when present, only hits at least this good
     */
    public record Options(int k, boolean withFields, int beam, OptionalDouble threshold) {
        public Options {
            if (k < 0) throw new IllegalArgumentException("k must not be negative: " + k);
            if (beam < 0) throw new IllegalArgumentException("nprobe must not be negative: " + beam);
        }

        public Options(int k, boolean withFields, int beam) {
            this(k, withFields, beam, OptionalDouble.empty());
        }
    }
}
