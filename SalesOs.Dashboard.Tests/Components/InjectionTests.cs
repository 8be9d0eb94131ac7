using System.Reflection;
using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Components;

namespace SalesOs.Dashboard.Tests.Components;

public class InjectionTests
{
    private const int Most = 10;

    [Fact]
    public void Components_AskForFewServices()
    {
        var components = typeof(App).Assembly.GetTypes().Where(t => t.IsAssignableTo(typeof(ComponentBase))).ToList();

        components.Count.ShouldBeGreaterThan(50);
        components.Where(t => Injected(t) > Most).Select(t => $"{t.Name} injects {Injected(t)}").ShouldBeEmpty();
    }

    [Fact]
    public void Injections_OfBaseAndConstructor_Count() => Injected(typeof(Asking)).ShouldBe(3);

    /// <summary>However it is written: in C#, in Razor, in the folder's imports, in a base class, in the constructor.</summary>
    private static int Injected(Type component)
    {
        var count = component.GetConstructors().Select(c => c.GetParameters().Length).DefaultIfEmpty().Max();
        for (var type = component; type is not null; type = type.BaseType)
        {
            count += type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).Count(p => p.IsDefined(typeof(InjectAttribute)));
        }

        return count;
    }

    private abstract class AskingBase : ComponentBase
    {
        [Inject]
        private TimeProvider Clock { get; set; } = null!;
    }

    private sealed class Asking(IServiceProvider services) : AskingBase
    {
        [Inject]
        public NavigationManager Navigation { get; set; } = null!;

        public override string ToString() => $"{services}";
    }
}
