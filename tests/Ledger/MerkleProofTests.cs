using ChatApprovals.Ledger;

namespace ChatApprovals.Tests.Ledger;

public sealed class MerkleProofTests
{
    private const int Small = 70;
    private static readonly Lazy<HashStore> Large = new(() =>
    {
        var store = new HashStore();
        store.GrowTo(70_000);
        return store;
    });

    private readonly HashStore _store = new();
    private readonly List<byte[]> _roots = [];

    // Sizes where tiles fill, and their neighbours.
    public static TheoryData<long, long> LargePairs { get; } =
        new()
        {
            { 1, 65_536 },
            { 255, 256 },
            { 256, 257 },
            { 257, 65_535 },
            { 65_535, 65_536 },
            { 65_536, 65_537 },
            { 65_537, 70_000 },
            { 65_536, 70_000 },
            { 40_000, 69_999 },
        };

    [Fact]
    public void Every_leaf_of_every_small_tree_is_proved_and_in_no_other_place()
    {
        Grow(Small);
        for (var size = 1; size <= Small; size++)
        for (var index = 0; index < size; index++)
        {
            var proof = MerkleProof.Inclusion(index, size, _store.Read);
            for (var claimed = 0; claimed < size; claimed++)
                Assert.Equal(claimed == index, Includes(index, claimed, size, proof));
            Assert.False(Includes(index, size, size, proof));
            Assert.False(Includes(index, index, size, [.. proof, HashStore.Leaf(0)]));
        }
    }

    [Fact]
    public void Every_pair_of_small_trees_is_consistent_and_no_other_pair_is()
    {
        Grow(Small);
        for (var newSize = 0; newSize <= Small; newSize++)
        for (var oldSize = 0; oldSize <= newSize; oldSize++)
        {
            var proof = MerkleProof.Consistency(oldSize, newSize, _store.Read);
            Assert.True(IsConsistent(oldSize, newSize, proof));
            Assert.False(IsConsistent(oldSize, newSize, [.. proof, HashStore.Leaf(0)]));
            if (oldSize == 0)
                continue; // the empty tree is the beginning of every tree
            var (oldRoot, newRoot) = (_roots[oldSize], _roots[newSize]);
            Assert.False(
                MerkleProof.VerifyConsistency(oldSize, _roots[oldSize - 1], newSize, newRoot, proof)
            );
            Assert.False(
                MerkleProof.VerifyConsistency(oldSize, oldRoot, newSize, HashStore.Leaf(99), proof)
            );
        }
    }

    [Fact]
    public void Every_flipped_bit_of_a_proof_is_refused()
    {
        Grow(Small);
        foreach (var size in (int[])[2, 7, 8, 33, 70])
        {
            var inclusion = MerkleProof.Inclusion(size / 3, size, _store.Read);
            foreach (var changed in Flipped(inclusion))
                Assert.False(Includes(size / 3, size / 3, size, changed));
            var consistency = MerkleProof.Consistency(size / 2, size, _store.Read);
            foreach (var changed in Flipped(consistency))
                Assert.False(IsConsistent(size / 2, size, changed));
        }
    }

    [Theory]
    [MemberData(nameof(LargePairs))]
    public void Proofs_hold_where_tiles_fill(long oldSize, long newSize)
    {
        var store = Large.Value;
        var (oldRoot, newRoot) = (
            MerkleTree.Restore(oldSize, store.Read).Root(),
            MerkleTree.Restore(newSize, store.Read).Root()
        );
        var consistency = MerkleProof.Consistency(oldSize, newSize, store.Read);
        Assert.True(MerkleProof.VerifyConsistency(oldSize, oldRoot, newSize, newRoot, consistency));
        foreach (var index in (long[])[0, oldSize - 1, oldSize / 2, newSize - 1])
        {
            var proof = MerkleProof.Inclusion(index, newSize, store.Read);
            Assert.True(
                MerkleProof.VerifyInclusion(HashStore.Leaf(index), index, newSize, proof, newRoot)
            );
            Assert.False(
                MerkleProof.VerifyInclusion(
                    HashStore.Leaf(index + 1),
                    index,
                    newSize,
                    proof,
                    newRoot
                )
            );
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(65_537)]
    [InlineData(69_999)]
    public void Many_proofs_of_one_tree_are_the_same_as_each_by_itself(long size)
    {
        var store = Large.Value;
        var paths = new InclusionPaths(size, new TileRoots(store.Read).Of);
        for (var index = 0L; index < size; index += 1 + size / 97)
            Assert.Equal(MerkleProof.Inclusion(index, size, store.Read), paths.Of(index));
        Assert.Throws<ArgumentOutOfRangeException>(() => paths.Of(size));
        Assert.Throws<InvalidDataException>(() => new TileRoots(store.Read).Of(70_000, 0));
    }

    [Fact]
    public void A_proof_of_what_is_not_there_is_a_bug()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => MerkleProof.Inclusion(3, 3, _store.Read));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            MerkleProof.Consistency(4, 3, _store.Read)
        );
        Assert.Throws<InvalidDataException>(() => MerkleProof.Inclusion(0, 3, _store.Read));
    }

    private bool Includes(int leaf, int index, int size, IReadOnlyList<byte[]> proof) =>
        MerkleProof.VerifyInclusion(HashStore.Leaf(leaf), index, size, proof, _roots[size]);

    private bool IsConsistent(int oldSize, int newSize, IReadOnlyList<byte[]> proof) =>
        MerkleProof.VerifyConsistency(oldSize, _roots[oldSize], newSize, _roots[newSize], proof);

    private void Grow(int size)
    {
        for (; _store.Tree.Size < size; _store.Append())
            _roots.Add(_store.Tree.Root());
        _roots.Add(_store.Tree.Root());
    }

    private static IEnumerable<IReadOnlyList<byte[]>> Flipped(IReadOnlyList<byte[]> proof)
    {
        for (var hash = 0; hash < proof.Count; hash++)
        for (var bit = 0; bit < 256; bit++)
        {
            var changed = proof.Select(bytes => (byte[])bytes.Clone()).ToList();
            changed[hash][bit / 8] ^= (byte)(1 << (bit % 8));
            yield return changed;
        }
    }
}
