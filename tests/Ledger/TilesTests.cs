using ChatApprovals.Ledger;
using FsCheck;
using FsCheck.Fluent;

namespace ChatApprovals.Tests.Ledger;

public sealed class TilesTests
{
    [Theory]
    [InlineData(0, 0, 256, "tile/0/000")]
    [InlineData(0, 1_234_067, 256, "tile/0/x001/x234/067")]
    [InlineData(1, 999, 17, "tile/1/999.p/17")]
    [InlineData(63, 1000, 255, "tile/63/x001/000.p/255")]
    [InlineData(null, 273, 112, "tile/entries/273.p/112")]
    public void A_path_is_spelt_as_the_specification_says(
        int? level,
        long index,
        int width,
        string path
    )
    {
        Assert.Equal(path, new TilePath(level, index, width).ToString());
        Assert.True(TilePath.TryParse(path, out var tile));
        Assert.Equal(new TilePath(level, index, width), tile);
    }

    [Theory]
    [InlineData("")]
    [InlineData("tile")]
    [InlineData("tile/0")]
    [InlineData("tile/0/")]
    [InlineData("tile/0/0")]
    [InlineData("tile/0/0000")]
    [InlineData("tile/0/x000/001")]
    [InlineData("tile/0/001/002")]
    [InlineData("tile/0/x001")]
    [InlineData("tile/00/001")]
    [InlineData("tile/64/001")]
    [InlineData("tile/-1/001")]
    [InlineData("tile/0/+01")]
    [InlineData("tile/0/001.p/0")]
    [InlineData("tile/0/001.p/256")]
    [InlineData("tile/0/001.p/01")]
    [InlineData("tile/0/001.p/")]
    [InlineData("tile/0/001.p")]
    [InlineData("tile/.p/1")]
    [InlineData("tile/0/.p/1")]
    [InlineData("tile/0/../001")]
    [InlineData("tile/entries/x001/x001/x001/x001/x001/x001/001")]
    [InlineData("tile/entries/x009/x223/x372/x036/x854/x775/807")]
    [InlineData("/tile/0/001")]
    [InlineData("tile/0/001/")]
    public void No_other_path_is_read(string path) => Assert.False(TilePath.TryParse(path, out _));

    [Fact]
    public void Every_path_reads_back()
    {
        var paths =
            from level in Gen.Choose(-1, 63)
            from index in Gen.Choose(0, int.MaxValue)
            from width in Gen.Choose(1, 256)
            select new TilePath(level < 0 ? null : level, index, width);
        Prop.ForAll(
                paths.ToArbitrary(),
                tile => TilePath.TryParse(tile.ToString(), out var read) && read == tile
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_tree_of_70000_has_the_tiles_of_the_specifications_example()
    {
        var tiles = Tiles.Hashes(70_000).ToList();
        Assert.Equal(273, tiles.Count(tile => tile is { Level: 0, Width: 256 }));
        Assert.Contains(new TilePath(0, 273, 112), tiles);
        Assert.Contains(new TilePath(1, 0, 256), tiles);
        Assert.Contains(new TilePath(1, 1, 17), tiles);
        Assert.Contains(new TilePath(2, 0, 1), tiles);
        Assert.Equal(277, tiles.Count);
        Assert.All(tiles, tile => Assert.True(tile.IsWithin(70_000)));
        Assert.Equal(274, Tiles.Bundles(70_000).Count());
        Assert.Equal([new TilePath(0, 0, 256), new TilePath(1, 0, 1)], Tiles.Hashes(256));
        Assert.Empty(Tiles.Hashes(0));
    }

    [Fact]
    public void A_tile_beyond_the_tree_is_not_within_it()
    {
        Assert.True(new TilePath(0, 273, 112).IsWithin(70_000));
        Assert.False(new TilePath(0, 273, 113).IsWithin(70_000));
        Assert.False(new TilePath(1, 1, 18).IsWithin(70_000));
        Assert.False(new TilePath(3, 0, 1).IsWithin(70_000));
        Assert.False(new TilePath(63, 0, 1).IsWithin(long.MaxValue));
        Assert.False(new TilePath(null, long.MaxValue, 256).IsWithin(70_000));
    }

    [Fact]
    public void A_tile_is_its_hashes_and_hashes_to_the_one_above()
    {
        var store = new HashStore();
        store.GrowTo(600);
        var tile = Tiles.Build(new TilePath(0, 1, 256), store.Read);
        Assert.Equal(8192, tile.Length);
        Assert.Equal(HashStore.Leaf(256), tile[..32]);
        var tree = new MerkleTree();
        foreach (var leaf in tile.Chunk(32))
            tree.Append(leaf);
        Assert.Equal(tree.Root(), Tiles.Build(new TilePath(1, 0, 2), store.Read)[32..]);
        Assert.Throws<InvalidDataException>(() => Tiles.Build(new TilePath(0, 2, 89), store.Read));
    }

    [Fact]
    public void Every_bundle_reads_back_and_no_cut_one_does()
    {
        Prop.ForAll(
                ArbMap.Default.ArbFor<byte[][]>(),
                entries =>
                {
                    var bundle = Tiles.Bundle([
                        .. entries.Select(entry => new ReadOnlyMemory<byte>(entry)),
                    ]);
                    var read = Tiles.Unbundle(bundle, entries.Length);
                    Assert.Equal(entries, read.Select(entry => entry.ToArray()));
                    Assert.Throws<FormatException>(() =>
                        Tiles.Unbundle(bundle, entries.Length + 1)
                    );
                    if (bundle.Length > 0)
                        Assert.Throws<FormatException>(() =>
                            Tiles.Unbundle(bundle.AsMemory(..^1), entries.Length)
                        );
                }
            )
            .QuickCheckThrowOnFailure();
    }
}
