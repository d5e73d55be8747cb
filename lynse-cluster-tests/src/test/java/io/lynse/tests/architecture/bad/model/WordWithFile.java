package io.lynse.tests.architecture.bad.model;

import java.nio.file.Files;

public final class WordWithFile {
    Object see() {
        return Files.class;
    }
}
