package io.lynse.cli.demo;

import io.lynse.cli.client.Found;
import io.lynse.cli.client.LynseClient;
import io.lynse.cli.client.Target;
import io.lynse.cli.dataset.PackageText;
import io.lynse.cli.dataset.Queries;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** A handful of searches printed so that a person can say whether the answers make sense. */
final class ShownSearches {

    static final int COUNT = 5;
    private static final int HITS = 4;
    private static final int LINE_MAX = 110;

    private ShownSearches() {}

    /** The first queries of different sections, so that five searches show five subjects; fewer if there are fewer sections. */
    static List<Integer> choose(List<PackageText> queries) {
        var sections = new HashSet<String>();
        var chosen = new ArrayList<Integer>();
        for (int query = 0; query < queries.size() && chosen.size() < COUNT; query++) {
            if (sections.add(queries.get(query).section())) chosen.add(query);
        }
        return chosen;
    }

    static void print(PrintStream out, LynseClient client, Target target, Queries queries) {
        for (int query : choose(queries.texts())) {
            out.println();
            out.println("  \"" + queries.texts().get(query).asQuery() + "\"");
            client.search(target, floats(queries.vector(query)), HITS).forEach(hit -> out.println(line(hit)));
        }
    }

    static String line(Found hit) {
        String name = hit.fields().getOrDefault("name", "id " + hit.id());
        String line = "      %.3f  %-28s %s".formatted(hit.score(), name, hit.fields().getOrDefault("description", "")).stripTrailing();
        return line.length() <= LINE_MAX ? line : line.substring(0, LINE_MAX - 3) + "...";
    }

    /** @param halfFloats little-endian */
    static float[] floats(byte[] halfFloats) {
        ByteBuffer in = ByteBuffer.wrap(halfFloats).order(ByteOrder.LITTLE_ENDIAN);
        float[] vector = new float[halfFloats.length / Short.BYTES];
        for (int i = 0; i < vector.length; i++) vector[i] = Float.float16ToFloat(in.getShort());
        return vector;
    }
}
