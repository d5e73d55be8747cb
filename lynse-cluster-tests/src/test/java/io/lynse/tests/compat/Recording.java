package io.lynse.tests.compat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** Exchanges in the order they were sent. */
record Recording(String name, List<Exchange> exchanges) {

    static Recording read(String name) throws IOException {
        return new Recording(name, lines(name + ".jsonl").stream().map(Exchange::parse).toList());
    }

    static List<String> lines(String file) throws IOException {
        try (InputStream in = Recording.class.getResourceAsStream("/recorded/" + file)) {
            return new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }
}
