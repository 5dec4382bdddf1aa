//! Messages of the parser (E01xx).
