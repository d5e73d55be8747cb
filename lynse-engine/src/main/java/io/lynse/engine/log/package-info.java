/** The write-ahead log: append, sync, read and trim by LSN. Knows (type, version, bytes) and nothing of vectors. */
@NullMarked
package io.lynse.engine.log;

import org.jspecify.annotations.NullMarked;
