using System.Reflection;
using System.Reflection.Emit;

namespace ChatApprovals.Tests.Support;

/// <summary>
/// What compiled code names: in signatures and, instruction by instruction, in bodies. The source's
/// <c>using</c> lines say less (they miss qualified names) and more (they may be unused).
/// </summary>
internal static class CompiledNames
{
    private const BindingFlags Own =
        BindingFlags.DeclaredOnly
        | BindingFlags.Public
        | BindingFlags.NonPublic
        | BindingFlags.Instance
        | BindingFlags.Static;

    private static readonly Dictionary<short, OpCode> s_codes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => (OpCode)f.GetValue(null)!)
        .ToDictionary(c => c.Value);

    public static IEnumerable<MethodBase> Methods(Type type) =>
        type.GetMethods(Own).Concat<MethodBase>(type.GetConstructors(Own));

    /// <summary>What the type's own declaration names: base, interfaces, fields, attributes.</summary>
    public static IEnumerable<Type> InDeclaration(Type type) =>
        type.GetInterfaces()
            .Append(type.BaseType)
            .Concat(type.GetFields(Own).Select(f => f.FieldType))
            .Concat(type.GetCustomAttributesData().SelectMany(InAttribute))
            .Concat(
                type.GetProperties(Own)
                    .SelectMany(p => p.GetCustomAttributesData())
                    .SelectMany(InAttribute)
            )
            .OfType<Type>()
            .SelectMany(Parts);

    /// <summary>What one method names, in its signature and its body.</summary>
    public static IEnumerable<Type> In(MethodBase method)
    {
        var body = method.GetMethodBody();
        IEnumerable<Type?> types =
        [
            (method as MethodInfo)?.ReturnType,
            .. method.GetParameters().Select(p => p.ParameterType),
            .. body?.LocalVariables.Select(v => v.LocalType) ?? [],
            .. body?.ExceptionHandlingClauses.Select(Caught) ?? [],
            .. Operands(method).OfType<MemberInfo>().SelectMany(InMember),
        ];
        return types.OfType<Type>().SelectMany(Parts);
    }

    private static IEnumerable<Type?> InMember(MemberInfo member) =>
        member switch
        {
            Type type => [type],
            FieldInfo field => [field.DeclaringType, field.FieldType],
            MethodBase method =>
            [
                method.DeclaringType,
                (method as MethodInfo)?.ReturnType,
                .. method.GetParameters().Select(p => p.ParameterType),
                .. method.IsGenericMethod ? method.GetGenericArguments() : [],
            ],
            _ => [],
        };

    private static IEnumerable<Type?> InAttribute(CustomAttributeData attribute) =>
        attribute
            .ConstructorArguments.Concat(attribute.NamedArguments.Select(a => a.TypedValue))
            .Select(a => a.Value as Type)
            .Append(attribute.AttributeType);

    private static Type? Caught(ExceptionHandlingClause clause) =>
        clause.Flags == ExceptionHandlingClauseOptions.Clause ? clause.CatchType : null;

    /// <summary>A type and the types it is made of: <c>Task&lt;Entry[]&gt;</c> names Task and Entry.</summary>
    private static IEnumerable<Type> Parts(Type type)
    {
        if (type.HasElementType)
        {
            return Parts(type.GetElementType()!);
        }

        return type.IsGenericType
            ? type.GetGenericArguments().SelectMany(Parts).Prepend(type.GetGenericTypeDefinition())
            : [type];
    }

    /// <summary>The members and strings that a body's instructions refer to.</summary>
    private static IEnumerable<object> Operands(MethodBase method)
    {
        var il = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        var at = 0;
        while (at < il.Length)
        {
            var code =
                il[at] == 0xFE ? s_codes[unchecked((short)(0xFE00 | il[at + 1]))] : s_codes[il[at]];
            at += code.Size;
            if (Operand(method, code.OperandType, il, at) is { } named)
            {
                yield return named;
            }

            at += Size(code.OperandType, il, at);
        }
    }

    private static object? Operand(MethodBase method, OperandType kind, byte[] il, int at) =>
        kind switch
        {
            OperandType.InlineString => method.Module.ResolveString(BitConverter.ToInt32(il, at)),
            OperandType.InlineField
            or OperandType.InlineMethod
            or OperandType.InlineTok
            or OperandType.InlineType => method.Module.ResolveMember(
                BitConverter.ToInt32(il, at),
                method.DeclaringType!.GetGenericArguments(),
                method.IsGenericMethod ? method.GetGenericArguments() : null
            ),
            _ => null,
        };

    private static int Size(OperandType kind, byte[] il, int at) =>
        kind switch
        {
            OperandType.InlineNone => 0,
            OperandType.ShortInlineBrTarget
            or OperandType.ShortInlineI
            or OperandType.ShortInlineVar => 1,
            OperandType.InlineVar => 2,
            OperandType.InlineI8 or OperandType.InlineR => 8,
            OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, at)),
            _ => 4,
        };
}
