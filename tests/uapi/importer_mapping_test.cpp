// SPDX-License-Identifier: MIT
//
// A mapping of the buffer that an importer hands on.
#include "uapi/device.hpp"

#include <optional>
#include <utility>

namespace uapi {
namespace {

TEST(ImporterMapping, PermitsWhatTheBufferPermits) {
    const UniqueFd node = open_node();
    for (const unsigned access : {O_RDONLY, O_WRONLY, O_RDWR}) {
        const UniqueFd buffer = allocate(node, 2 * page, access | O_CLOEXEC);
        const Device device(buffer); // its own file is O_RDWR
        for (const int protection : {PROT_NONE, PROT_READ, PROT_WRITE, PROT_READ | PROT_WRITE}) {
            for (const int flags : {MAP_SHARED, MAP_PRIVATE}) {
                SCOPED_TRACE(testing::Message() << "access mode " << access << ", protection "
                                                << protection << ", flags " << flags);
                const Map::Where where{.offset = page, .protection = protection, .flags = flags};
                const int error = map_error(buffer.get(), page, where);
                EXPECT_EQ(map_error(device.node().get(), page, where), error);
                if (error != 0) {
                    continue;
                }
                const Map map(buffer, page, where);
                const Map of_device(device.node(), page, where);
                for (const int later : {PROT_READ, PROT_READ | PROT_WRITE}) {
                    EXPECT_EQ(error_of(::mprotect(of_device.begin(), page, later)),
                              error_of(::mprotect(map.begin(), page, later)))
                        << "then " << later;
                }
            }
        }
    }
}

TEST(ImporterMapping, ShowsTheBufferAndOutlivesBothFds) {
    const std::size_t size = 5 * mib + 3 * page;
    UniqueFd buffer = allocate(open_node(), size);
    {
        const Map map(buffer, size);
        stamp(map.begin(), size, 60);
    }
    std::optional<Device> device(std::in_place, buffer);
    const Map map(device->node(), size);
    device.reset();
    buffer.reset();
    EXPECT_EQ(first_wrong(map.begin(), size, 60), -1);
}

} // namespace
} // namespace uapi
