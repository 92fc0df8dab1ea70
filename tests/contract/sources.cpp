// SPDX-License-Identifier: MIT
// Every exporter that allocates, but those of a camera. A test in
// tests/unit/exporter_names_test.cpp compares the names with the tables of exporters.
#include "contract/sources.hpp"

#include "support/vgem.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace parallax::test {
namespace {

/// The card of bochs, a display.
std::string bochs_card() {
    if (std::system("modprobe bochs") != 0) {
        throw std::runtime_error("cannot load bochs");
    }
    for (const auto& card : std::filesystem::directory_iterator("/sys/class/drm")) {
        const auto driver = card.path() / "device/driver";
        const std::string name = card.path().filename().string();
        if (name.starts_with("card") && !name.contains('-') && std::filesystem::exists(driver) &&
            std::filesystem::read_symlink(driver).filename().string().starts_with("bochs")) {
            return "/dev/dri/" + name;
        }
    }
    throw std::runtime_error("bochs has no card");
}

std::string vgem_card() {
    load_vgem();
    return find_vgem_card();
}

/// Of 2 MiB. They stay reserved, since other cases run in parallel; the machine ends after the
/// tests.
void reserve_huge_pages() {
    std::ofstream("/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages") << 64;
}

} // namespace

std::vector<Source> sources() {
    return {
        {"exporter", [] { return std::string("exporter"); }},
        {"system", [] { return std::string("system"); }},
        {"udmabuf", [] { return std::string("udmabuf"); }},
        {"udmabuf_huge",
         [] {
             reserve_huge_pages();
             return std::string("udmabuf-huge");
         }},
        {"dumb", [] { return "dumb:" + bochs_card(); }},
        {"gbm_of_bochs", [] { return "gbm:" + bochs_card(); }},
        {"gbm_of_vgem", [] { return "gbm:" + vgem_card(); }},
        {"vgem",
         [] {
             load_vgem();
             return std::string("vgem");
         }},
        {"vulkan", [] { return std::string("vulkan"); }},
    };
}

} // namespace parallax::test
