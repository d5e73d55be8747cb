package io.lynse.tests.architecture.bad.metadata;

import java.nio.file.Files;

public final class MetadataWithFile {
    Object see() {
        return Files.class;
    }
}
