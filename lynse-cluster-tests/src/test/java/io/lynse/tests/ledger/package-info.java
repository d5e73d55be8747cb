/** What a client was told about its writes, and whether what is stored agrees. */
@NullMarked
package io.lynse.tests.ledger;

import org.jspecify.annotations.NullMarked;
