package io.lynse.engine.recent;

/**
 * Non-negative numbers by index, of which few are set: 64 lie together in a piece that is made when the first of them is set, so an
 * index without a number costs half a byte or less. One thread sets; readers need no lock and see at least what was set before they
 * learned of this object or of anything published after it.
 */
final class SparseInts {

    static final int NONE = -1;

    private static final int SHIFT = 6;
    private static final int PIECE = 1 << SHIFT;

    private final int[][] pieces; // number + 1; 0: none. A fresh array is all zeros to whoever meets it, however early

    SparseInts(int size) {
        pieces = new int[(size + PIECE - 1) >>> SHIFT][];
    }

    void set(int at, int number) {
        int[] piece = pieces[at >>> SHIFT];
        if (piece == null) pieces[at >>> SHIFT] = piece = new int[PIECE];
        piece[at & PIECE - 1] = number + 1;
    }

    int get(int at) {
        int[] piece = pieces[at >>> SHIFT];
        return piece == null ? NONE : piece[at & PIECE - 1] - 1;
    }
}
