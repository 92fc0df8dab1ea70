// SPDX-License-Identifier: MIT
#include "machine_facts.hpp"

#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <fstream>

namespace parallax::bench {
namespace {

std::string first_line(const char* file) {
    std::ifstream stream(file);
    std::string line;
    std::getline(stream, line);
    return printable(line);
}

/// The value of "KEY : value" in /proc/cpuinfo; empty if there is none.
std::string cpuinfo(std::string_view key) {
    std::ifstream stream("/proc/cpuinfo");
    for (std::string line; std::getline(stream, line);) {
        const std::size_t colon = line.find(':');
        if (line.starts_with(key) && colon != std::string::npos && colon + 2 < line.size()) {
            return printable(line.substr(colon + 2));
        }
    }
    return {};
}

/// The word in brackets: "always [madvise] never".
std::string chosen(const std::string& line) {
    const std::size_t open = line.find('[');
    const std::size_t close = line.find(']');
    return close == std::string::npos ? line : line.substr(open + 1, close - open - 1);
}

/// The hypervisor, by its signature in CPUID 0x40000000. QEMU's emulation has one, too, as have KVM
/// and the others; empty without a hypervisor.
std::string hypervisor() {
#if defined(__x86_64__)
    if (cpuinfo("flags").find(" hypervisor") == std::string::npos) {
        return {};
    }
    std::array<std::uint32_t, 3> words{};
    std::uint32_t leaf = 0x40000000; // NOLINT(misc-const-correctness): the instruction writes it
    __asm__("cpuid" : "+a"(leaf), "=b"(words[0]), "=c"(words[1]), "=d"(words[2]));
    std::string name;
    for (const std::uint32_t word : words) {
        for (unsigned int shift = 0; shift < 32; shift += 8) {
            if (const char letter = static_cast<char>(word >> shift); letter != 0) {
                name += letter;
            }
        }
    }
    return name.empty() ? "unnamed" : printable(name);
#else
    return {};
#endif
}

std::string machine_kind() {
    const std::string below = hypervisor();
    if (below == "TCGTCGTCGTCG" || cpuinfo("model name").contains("TCG")) {
        return "emulated (QEMU TCG)";
    }
    if (below.empty()) {
        return "hardware";
    }
    return text::format("virtual ({})", below.starts_with("KVM") ? "KVM" : below);
}

} // namespace

std::string MachineFacts::caption() const {
    return text::format("{}; {}; Linux {}; {}", kind, processor, kernel, vulkan);
}

std::vector<std::pair<std::string, std::string>> MachineFacts::rows() const {
    return {{"machine", kind},        {"processor", processor},   {"governor", governor},
            {"memory", memory},       {"huge pages", huge_pages}, {"kernel", kernel},
            {"Vulkan device", vulkan}};
}

MachineFacts machine_facts() {
    utsname system{};
    ::uname(&system);
    const std::string governor =
        first_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
    const double bytes = static_cast<double>(::sysconf(_SC_PHYS_PAGES)) *
                         static_cast<double>(::sysconf(_SC_PAGESIZE));
    const std::string model = cpuinfo("model name");
    return {.processor = text::format("{}, {} processors", model.empty() ? system.machine : model,
                                      ::sysconf(_SC_NPROCESSORS_ONLN)),
            .kind = machine_kind(),
            .governor = governor.empty() ? "none" : governor,
            .huge_pages = chosen(first_line("/sys/kernel/mm/transparent_hugepage/enabled")),
            .kernel = printable(system.release),
            .memory = text::format("{:.1f} GiB", bytes / (1 << 30)),
            .vulkan = "none"};
}

} // namespace parallax::bench
