using System.Reflection;

namespace SalesOs.Dashboard.Components.Frame;

public static class ProductVersion
{
    /// <summary>The version of this build, such as <c>0.1.0</c>, without the commit.</summary>
    public static string Text { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
