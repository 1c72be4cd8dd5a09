using System.Collections;

namespace ChatApprovals.Export;

/// <summary>Which of a bundle's files were seen: a bit for each, however many there are. Several threads may mark.</summary>
internal sealed class FileMarks(BundleFiles files)
{
    private readonly BitArray _marks = new(files.Count);

    /// <summary>False when it was there before. What is no file of the bundle has no mark.</summary>
    public bool Add(string name)
    {
        if (files.IndexOf(name) is not (>= 0 and var index))
        {
            return true;
        }

        lock (_marks)
        {
            var isNew = !_marks[index];
            _marks[index] = true;
            return isNew;
        }
    }

    /// <summary>A file of the bundle that was not seen and is none of these, if there is one.</summary>
    public string? Other(params ReadOnlySpan<string> names)
    {
        foreach (var name in files.Names)
        {
            if (!_marks[files.IndexOf(name)] && !names.Contains(name))
            {
                return name;
            }
        }

        return null;
    }
}
