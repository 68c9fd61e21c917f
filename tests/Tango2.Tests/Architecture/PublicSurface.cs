using System.Reflection;
using System.Runtime.CompilerServices;

namespace Tango2.Tests.Architecture;

/// <summary>Public types of assemblies and their members as sorted lines: what a user of them can write.</summary>
internal static class PublicSurface
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>Public types, nested ones too. A program's Main class is none: the compiler makes it.</summary>
    public static IReadOnlyList<Type> Types(IEnumerable<Assembly> assemblies) =>
        [.. assemblies.SelectMany(a => a.GetExportedTypes()).OrderBy(t => t.FullName, StringComparer.Ordinal)];

    /// <summary>One line a type, and below it, indented, one line a member: constructors first, then by name.</summary>
    public static IReadOnlyList<string> Lines(IEnumerable<Assembly> assemblies) =>
        [.. Types(assemblies).SelectMany(t => Members(t).Prepend(Heading(t)))];

    /// <summary>The lines removed (−) and added (+), each type's under its heading; none if the two are one.</summary>
    public static IReadOnlyList<string> Difference(IEnumerable<string> before, IEnumerable<string> now)
    {
        var (old, current) = (ByHeading(before), ByHeading(now));
        return [.. old.Keys.Union(current.Keys).OrderBy(h => h, StringComparer.Ordinal).SelectMany(heading =>
        {
            var (removed, added) = (old.GetValueOrDefault(heading), current.GetValueOrDefault(heading));
            var lines = (removed ?? []).Except(added ?? []).Select(l => $"  - {l}")
                .Concat((added ?? []).Except(removed ?? []).Select(l => $"  + {l}")).ToArray();
            var mark = removed is null ? "+ " : added is null ? "- " : "";
            return mark.Length == 0 && lines.Length == 0 ? lines : lines.Prepend(mark + heading);
        })];
    }

    private static Dictionary<string, List<string>> ByHeading(IEnumerable<string> lines)
    {
        var result = new Dictionary<string, List<string>>();
        List<string> members = [];
        foreach (var line in lines)
        {
            if (line.StartsWith(' ')) members.Add(line);
            else result.Add(line, members = []);
        }
        return result;
    }

    private static string Heading(Type type)
    {
        var bases = type.GetInterfaces().Where(i => i.IsPublic && !IsEquatable(i, type)).Select(i => TypeText.Of(i));
        var inherited = (type.BaseType?.GetInterfaces() ?? []).Select(i => TypeText.Of(i));
        bases = bases.Except(inherited).Order(StringComparer.Ordinal);
        if (type is { IsClass: true, BaseType: { } parent } && parent != typeof(object) && !IsDelegate(type))
            bases = bases.Prepend(TypeText.Of(parent));
        var list = type.IsEnum || type.IsValueType && !bases.Any() ? "" : string.Join(", ", bases);
        var after = list.Length == 0 || IsDelegate(type) ? "" : $" : {list}";
        return $"{Kind(type)} {type.Namespace}.{TypeText.Of(type)}{after}";
    }

    private static string Kind(Type type) =>
        type.IsEnum ? "enum" : type.IsInterface ? "interface" : IsDelegate(type) ? "delegate"
        : type.IsValueType ? IsRecord(type) ? "record struct" : "struct"
        : IsRecord(type) ? "record" : type is { IsAbstract: true, IsSealed: true } ? "static class" : "class";

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum) return [$"    {string.Join(", ", Enum.GetNames(type))}"];
        if (IsDelegate(type)) return [$"    {TypeText.Of(type.GetMethod("Invoke")!)}"];
        return type.GetMembers(Declared).Select(m => (m.Name, Line: Line(m))).Where(m => m.Line is not null)
            .OrderBy(m => m.Name, StringComparer.Ordinal).ThenBy(m => m.Line, StringComparer.Ordinal)
            .Select(m => $"    {m.Line}");
    }

    private static string? Line(MemberInfo member) => member switch
    {
        ConstructorInfo constructor => TypeText.Of(constructor),
        FieldInfo field => TypeText.Of(field),
        PropertyInfo property => TypeText.Of(property),
        MethodInfo { IsSpecialName: true } method when !method.Name.StartsWith("op_", StringComparison.Ordinal) => null,
        MethodInfo method when IsGenerated(method) => null,
        MethodInfo method when method.GetBaseDefinition().DeclaringType == typeof(object) => null,
        MethodInfo method => TypeText.Of(method),
        EventInfo e => $"event {e.Name}",
        _ => null,
    };

    // Of a record the compiler makes <Clone>$, Deconstruct, Equals, GetHashCode, PrintMembers, == and !=.
    private static bool IsGenerated(MethodInfo method) => method.IsDefined(typeof(CompilerGeneratedAttribute), false);

    private static bool IsRecord(Type type) => type.GetMethod(
        "PrintMembers", BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly) is not null;

    private static bool IsDelegate(Type type) => type.IsSubclassOf(typeof(Delegate));

    private static bool IsEquatable(Type contract, Type type) =>
        contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(IEquatable<>) && IsRecord(type);
}
