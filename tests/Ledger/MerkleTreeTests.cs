using System.Buffers.Binary;
using ChatApprovals.Ledger;

namespace ChatApprovals.Tests.Ledger;

public sealed class MerkleTreeTests
{
    // The eight leaves and nine roots that Certificate Transparency's implementations share as their test vectors.
    private static readonly string[] Leaves =
    [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ];

    private static readonly string[] Roots =
    [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    [Fact]
    public void The_roots_are_those_of_certificate_transparency()
    {
        var tree = new MerkleTree();
        Assert.Equal(Roots[0], Convert.ToHexStringLower(tree.Root()));
        for (var size = 1; size <= Leaves.Length; size++)
        {
            tree.Append(MerkleTree.LeafHash(Convert.FromHexString(Leaves[size - 1])));
            Assert.Equal(size, tree.Size);
            Assert.Equal(Roots[size], Convert.ToHexStringLower(tree.Root()));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4094)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(65_535)]
    public void A_leaf_hash_is_over_a_zero_byte_and_the_entry_whatever_its_length(int length)
    {
        var entry = new byte[length];
        new Random(length).NextBytes(entry);
        Assert.Equal(
            System.Security.Cryptography.SHA256.HashData([0, .. entry]),
            MerkleTree.LeafHash(entry)
        );
    }

    [Fact]
    public void A_restored_tree_is_the_appended_tree_at_every_small_size()
    {
        var store = new HashStore();
        for (var size = 0; size <= 2000; size++)
        {
            var restored = MerkleTree.Restore(size, store.Read);
            Assert.Equal(size, restored.Size);
            Assert.Equal(store.Tree.Root(), restored.Root());
            store.Append();
        }
    }

    [Fact]
    public void A_restored_tree_is_the_appended_tree_around_the_second_tile_level_and_grows_alike()
    {
        var store = new HashStore();
        store.GrowTo(65_530);
        for (var size = 65_530; size <= 65_800; size++)
        {
            var restored = MerkleTree.Restore(size, store.Read);
            Assert.Equal(store.Tree.Root(), restored.Root());
            store.Append();
            restored.Append(store.Read(0, size, 1)[0]);
            Assert.Equal(store.Tree.Root(), restored.Root());
        }
    }

    [Fact]
    public void A_tile_hash_is_reported_once_each_256th_leaf_and_once_more_each_65536th()
    {
        var tree = new MerkleTree();
        var completed = new List<TileHash>();
        for (var index = 0; index < 65_536; index++)
            tree.Append(HashStore.Leaf(index), completed);
        Assert.Equal(Enumerable.Range(0, 256), Indices(1));
        Assert.Equal([0], Indices(2));
        Assert.Equal(257, completed.Count);
        Assert.Equal(tree.Root(), completed[^1].Hash);

        IEnumerable<int> Indices(int level) =>
            completed.Where(hash => hash.Level == level).Select(hash => (int)hash.Index);
    }

    [Fact]
    public void A_clone_goes_its_own_way()
    {
        var store = new HashStore();
        store.GrowTo(300);
        var root = store.Tree.Root();
        var clone = store.Tree.Clone();
        clone.Append(HashStore.Leaf(7));
        Assert.Equal(300, store.Tree.Size);
        Assert.Equal(root, store.Tree.Root());
        Assert.NotEqual(root, clone.Root());
    }

    [Fact]
    public void A_store_that_lacks_a_hash_or_has_a_short_one_cannot_restore()
    {
        Assert.Throws<InvalidDataException>(() =>
            MerkleTree.Restore(3, (_, _, _) => [new byte[32]])
        );
        Assert.Throws<InvalidDataException>(() =>
            MerkleTree.Restore(1, (_, _, _) => [new byte[31]])
        );
        Assert.Throws<ArgumentOutOfRangeException>(() => new MerkleTree().Append(new byte[33]));
    }
}

/// <summary>What a store keeps of a tree: leaf hashes, and the completed hashes of the upper tile levels.</summary>
internal sealed class HashStore
{
    private readonly RebuiltTree _tree = new();

    /// <summary>The edge, kept apart so that it can be cloned and compared.</summary>
    public MerkleTree Tree { get; } = new();

    public static byte[] Entry(long index)
    {
        var entry = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(entry, index);
        return entry;
    }

    public static byte[] Leaf(long index) => MerkleTree.LeafHash(Entry(index));

    public IReadOnlyList<byte[]> Read(int level, long from, int count) =>
        _tree.Read(level, from, count);

    public void Append()
    {
        var entry = Entry(Tree.Size);
        _tree.Append(entry);
        Tree.Append(MerkleTree.LeafHash(entry));
    }

    public void GrowTo(long size)
    {
        while (Tree.Size < size)
            Append();
    }
}
