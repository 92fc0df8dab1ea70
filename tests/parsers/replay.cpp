// SPDX-License-Identifier: MIT
// Replaces libFuzzer in ordinary builds: passes the given files to the parser.
#include "files/read_file.hpp"

#include <cstdint>
#include <cstdio>
#include <exception>
#include <print>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) try {
    for (int i = 1; i < argc; ++i) {
        std::println("{}", argv[i]);
        const std::string content = parallax::read_file(argv[i], std::size_t{1} << 20);
        LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(content.data()),
                               content.size());
    }
    return argc > 1 ? 0 : 2;
} catch (const std::exception& error) {
    std::println(stderr, "{}", error.what());
    return 1;
}
