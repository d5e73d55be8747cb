/**
 * What this node is: on its own, primary or replica, and in which epoch it may write. {@link io.lynse.shard.membership.MembershipPolicy}
 * decides; {@link io.lynse.shard.membership.NodeMembership} writes the outcome to disk before anyone is answered by it.
 */
@NullMarked
package io.lynse.shard.membership;

import org.jspecify.annotations.NullMarked;
