/**
 * The data path's edge: decode, ask the membership, call the engine, encode. With a key every method asks for it, reflection
 * included; the health service stays open, as the health paths of the HTTP API do.
 */
@NullMarked
package io.lynse.shard.grpc;

import org.jspecify.annotations.NullMarked;
