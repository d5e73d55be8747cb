/**
 * Metadata fields of rows in the one binary form they have everywhere: on the wire, in the log, in Lucene, in answers.
 * It is the LDBF1 encoding of the wire contract, section 5.6.
 */
@NullMarked
package io.lynse.model.field;

import org.jspecify.annotations.NullMarked;
