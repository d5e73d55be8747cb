package io.lynse.cli.dataset;

import java.nio.file.Path;

/** A data folder that is not what it should be; the message names the file and the expected form. */
public final class DataFolderException extends RuntimeException {

    DataFolderException(Path file, String problem) {
        super(file + ": " + problem);
    }
}
