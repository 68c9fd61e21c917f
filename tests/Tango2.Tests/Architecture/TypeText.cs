using System.Reflection;
using System.Runtime.CompilerServices;

namespace Tango2.Tests.Architecture;

/// <summary>Types and members as C# writes them, names without namespaces.</summary>
internal static class TypeText
{
    private static readonly Dictionary<Type, string> Words = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(short)] = "short",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(char)] = "char",
    };

    private static readonly NullabilityInfoContext Nullability = new();

    public static string Of(ConstructorInfo constructor) => $"new({Parameters(constructor.GetParameters())})";

    public static string Of(MethodInfo method)
    {
        var types = method.IsGenericMethod
            ? $"<{string.Join(", ", method.GetGenericArguments().Select(t => t.Name))}>" : "";
        var result = Of(method.ReturnType, Nullability.Create(method.ReturnParameter));
        return $"{Static(method)}{result} {method.Name}{types}({Parameters(method.GetParameters())})";
    }

    public static string Of(FieldInfo field)
    {
        var word = field.IsLiteral ? "const " : field.IsStatic ? "static " : field.IsInitOnly ? "readonly " : "";
        return $"{word}{Of(field.FieldType, Nullability.Create(field))} {field.Name}";
    }

    public static string Of(PropertyInfo property)
    {
        var (index, type) = (property.GetIndexParameters(), Of(property.PropertyType, Nullability.Create(property)));
        var name = index.Length == 0 ? property.Name : $"this[{Parameters(index)}]";
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        var set = property.GetSetMethod() is not { } setter ? ""
            : setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? " init;" : " set;";
        var get = property.GetGetMethod() is null ? "" : " get;";
        return $"{Static(property.GetAccessors()[0])}{required}{type} {name} {{{get}{set} }}";
    }

    public static string Of(Type type, NullabilityInfo? nullability = null)
    {
        if (type.IsByRef) return Of(type.GetElementType()!, nullability);
        if (Nullable.GetUnderlyingType(type) is { } value)
            return Of(value, nullability?.GenericTypeArguments is [var inner] ? inner : nullability) + "?";
        var isReference = !type.IsValueType && !type.IsGenericParameter;
        var mark = isReference && nullability?.ReadState == NullabilityState.Nullable ? "?" : "";
        if (Words.TryGetValue(type, out var word)) return word + mark;
        if (type.IsArray) return $"{Of(type.GetElementType()!, nullability?.ElementType)}[]{mark}";
        if (!type.IsGenericType) return Outer(type) + type.Name + mark;
        var arguments = type.GetGenericArguments()
            .Select((t, i) => Of(t, nullability?.GenericTypeArguments is { } all && i < all.Length ? all[i] : null));
        var isTuple = type.FullName?.StartsWith("System.ValueTuple`", StringComparison.Ordinal) == true;
        var list = string.Join(", ", arguments);
        return isTuple ? $"({list})" : $"{type.Name.Split('`')[0]}<{list}>{mark}";
    }

    // Tensor, Device and Module are nested in TorchSharp's torch and nn, which everyone imports.
    private static string Outer(Type type)
    {
        var isOurs = type.IsNested && !type.IsGenericParameter && type.Assembly != typeof(torch).Assembly;
        return isOurs ? $"{Of(type.DeclaringType!)}." : "";
    }

    private static string Static(MethodInfo method) => method.IsStatic ? "static " : "";

    private static string Parameters(ParameterInfo[] parameters) => string.Join(", ", parameters.Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        var word = parameter.IsOut ? "out " : parameter.IsIn ? "in " : parameter.ParameterType.IsByRef ? "ref " : "";
        var many = parameter.IsDefined(typeof(ParamArrayAttribute))
            || parameter.IsDefined(typeof(ParamCollectionAttribute));
        var text = Of(parameter.ParameterType, Nullability.Create(parameter));
        var value = parameter.HasDefaultValue ? Default(parameter) : "";
        return $"{word}{(many ? "params " : "")}{text} {parameter.Name}{value}";
    }

    private static string Default(ParameterInfo parameter) => " = " + parameter.DefaultValue switch
    {
        null when parameter.ParameterType is { IsValueType: true } type && Nullable.GetUnderlyingType(type) is null
            => "default",
        null => "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        Enum value => value.ToString(),
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        var other => other.ToString(),
    };
}
