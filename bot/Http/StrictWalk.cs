using System.Buffers;
using System.Text.Json;

namespace ChatApprovals.Http;

/// <summary>
/// One pass over valid UTF-8 that finds what <see cref="StrictJson"/> forbids and RFC 8259 allows. Work is
/// bounded: it stops at the first limit on depth, values or members that is passed.
/// </summary>
internal ref struct StrictWalk
{
    private readonly InputErrors _errors;
    private readonly Frame[] _frames;
    private readonly int _depthMax;
    private Utf8JsonReader _reader;
    private int _depth;
    private int _values;
    private bool _bound;
    private bool _stopped;

    public StrictWalk(ReadOnlySpan<byte> utf8, int depthMax, InputErrors errors)
    {
        _depthMax = depthMax;
        _frames = new Frame[depthMax + 1];
        _errors = errors;
        _reader = new Utf8JsonReader(
            utf8,
            new JsonReaderOptions
            {
                CommentHandling = JsonCommentHandling.Disallow,
                MaxDepth = depthMax + 2,
            }
        );
    }

    /// <summary>Throws <see cref="JsonException"/> where the syntax breaks.</summary>
    public void Run()
    {
        while (!_stopped && !_errors.IsFull && _reader.Read())
        {
            Token();
        }
    }

    private void Token()
    {
        switch (_reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                Name();
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                _depth--;
                break;
            default:
                Value();
                break;
        }
    }

    private void Value()
    {
        if (_depth > 0 && _frames[_depth].IsArray)
        {
            _frames[_depth].Index++;
        }

        if (++_values > StrictJson.ValuesMax)
        {
            Stop("", "too_many_values", $"At most {StrictJson.ValuesMax} values in one body.");
            return;
        }

        switch (_reader.TokenType)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                Enter(isArray: _reader.TokenType == JsonTokenType.StartArray);
                break;
            case JsonTokenType.String:
                IsWhole();
                break;
            case JsonTokenType.Number:
                Number();
                break;
        }
    }

    private void Enter(bool isArray)
    {
        if (_depth == _depthMax)
        {
            Stop(Pointer(), "too_deep", $"At most {_depthMax} levels.");
            return;
        }

        _depth++;
        (_frames[_depth] ??= new Frame()).Begin(isArray);
    }

    private void Name()
    {
        var frame = _frames[_depth];
        var isText = IsWhole() && IsShort(StrictJson.NameMax);
        frame.Name = isText ? _reader.GetString()! : "?";
        if (_depth == 1)
        {
            _bound = frame.Name is "action" or "resource" or "context";
        }

        if (!isText)
        {
            return;
        }

        if (!frame.Names.Add(frame.Name))
        {
            _errors.Add(Pointer(), "duplicate_member", "This member is there more than once.");
            return;
        }

        if (frame.Names.Count > StrictJson.MembersMax)
        {
            var parent = Pointer(_depth - 1);
            Stop(parent, "too_many_members", $"At most {StrictJson.MembersMax} members.");
        }
    }

    private readonly bool IsWhole()
    {
        if (_reader.ValueIsEscaped && HasLoneSurrogate(_reader.ValueSpan))
        {
            _errors.Add(PointerOfText(), "lone_surrogate", "Half of a surrogate pair.");
            return false;
        }

        return true;
    }

    private readonly bool IsShort(int max)
    {
        if (Length() > max)
        {
            _errors.Add(PointerOfText(), "too_long", $"At most {max} bytes of UTF-8.");
            return false;
        }

        return true;
    }

    /// <summary>A name that cannot be shown is pointed at by the object that has it.</summary>
    private readonly string PointerOfText() =>
        _reader.TokenType == JsonTokenType.PropertyName ? Pointer(_depth - 1) : Pointer();

    private readonly int Length()
    {
        var raw = _reader.ValueSpan.Length;
        if (!_reader.ValueIsEscaped)
        {
            return raw;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(raw);
        var length = _reader.CopyString(buffer);
        ArrayPool<byte>.Shared.Return(buffer);
        return length;
    }

    private readonly void Number()
    {
        var isWhole = _reader.ValueSpan.IndexOfAny(".eE"u8) < 0;
        if (_bound && !isWhole)
        {
            var rule = "Whole numbers without exponent only; send anything else as a string.";
            _errors.Add(Pointer(), "number_fraction", rule);
            return;
        }

        var fits = isWhole
            ? _reader.TryGetInt64(out var whole)
                && whole is >= -StrictJson.IntegerMax and <= StrictJson.IntegerMax
            : _reader.TryGetDouble(out var real) && Math.Abs(real) <= StrictJson.IntegerMax;
        if (!fits)
        {
            var rule = "Numbers within ±9007199254740991; send anything larger as a string.";
            _errors.Add(Pointer(), "number_range", rule);
        }
    }

    private static bool HasLoneSurrogate(ReadOnlySpan<byte> escaped)
    {
        var high = false;
        for (var i = 0; i < escaped.Length; )
        {
            var unit = Unit(escaped, ref i);
            if (char.IsLowSurrogate(unit) != high)
            {
                return true;
            }

            high = char.IsHighSurrogate(unit);
        }

        return high;
    }

    /// <summary>The next UTF-16 unit if it is written as <c>\uXXXX</c>, else something harmless.</summary>
    private static char Unit(ReadOnlySpan<byte> escaped, ref int i)
    {
        if (escaped[i] != '\\')
        {
            i++;
            return 'x';
        }

        if (escaped[i + 1] != 'u')
        {
            i += 2;
            return 'x';
        }

        var unit = Convert.FromHexString(escaped.Slice(i + 2, 4));
        i += 6;
        return (char)((unit[0] << 8) | unit[1]);
    }

    private void Stop(string pointer, string code, string detail)
    {
        _errors.Add(pointer, code, detail);
        _stopped = true;
    }

    private readonly string Pointer() => Pointer(_depth);

    private readonly string Pointer(int depth)
    {
        var pointer = "";
        for (var i = 1; i <= depth; i++)
        {
            pointer = _frames[i].IsArray
                ? JsonPointer.Child(pointer, _frames[i].Index)
                : JsonPointer.Child(pointer, _frames[i].Name);
        }

        return pointer;
    }

    /// <summary>Where in one object or array the walk is. Reused for all of one depth.</summary>
    private sealed class Frame
    {
        public bool IsArray { get; private set; }
        public int Index { get; set; }
        public string Name { get; set; } = "";

        public HashSet<string> Names { get; } = new(StringComparer.Ordinal);

        public void Begin(bool isArray)
        {
            IsArray = isArray;
            Index = -1;
            Name = "";
            Names.Clear();
        }
    }
}
