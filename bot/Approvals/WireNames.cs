using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json.Serialization;

namespace ChatApprovals.Approvals;

/// <summary>The contract's word for each value of an enum, from its <c>JsonStringEnumMemberName</c>, which each has.</summary>
public static class WireNames
{
    public static string Of<T>(T value)
        where T : struct, Enum => Table<T>.Names[value];

    public static T Parse<T>(string name)
        where T : struct, Enum =>
        TryParse<T>(name, out var value)
            ? value
            : throw new FormatException($"'{name}' is not a {typeof(T).Name}");

    public static bool TryParse<T>(string name, out T value)
        where T : struct, Enum => Table<T>.Values.TryGetValue(name, out value);

    private static class Table<T>
        where T : struct, Enum
    {
        public static readonly FrozenDictionary<T, string> Names = Enum.GetValues<T>()
            .ToFrozenDictionary(v => v, NameOf);

        public static readonly FrozenDictionary<string, T> Values = Enum.GetValues<T>()
            .ToFrozenDictionary(NameOf, v => v, StringComparer.Ordinal);

        private static string NameOf(T value) =>
            typeof(T)
                .GetField(value.ToString())!
                .GetCustomAttribute<JsonStringEnumMemberNameAttribute>()!
                .Name;
    }
}
